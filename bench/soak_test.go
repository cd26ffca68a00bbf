package main

import (
	"testing"
	"time"
)

func TestSlope(t *testing.T) {
	t.Parallel()
	var rising []reading
	for i := range 5 {
		// A line of 2 a second, with a wobble that cancels out.
		rising = append(rising, reading{at: time.Duration(i) * 10 * time.Second, memory: float64(20*i) + []float64{0, 1, -2, 1, 0}[i]})
	}
	value := func(r reading) float64 { return r.memory }
	if got := slope(rising, value); got != 2 {
		t.Errorf("slope %v, want 2", got)
	}
	if got := slope(rising[:1], value); got != 0 {
		t.Errorf("slope of one point %v", got)
	}
}
