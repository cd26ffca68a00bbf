package durable_test

import (
	"testing"
	"testing/synctest"

	"skywatch/internal/durable"
)

// Close waits for who is in, and lets nobody in meanwhile.
func TestGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var g durable.Gate
		if !g.Enter() {
			t.Fatal("a new gate is closed")
		}
		closed := make(chan bool, 1)
		go func() { closed <- g.Close() }()
		synctest.Wait()
		if g.Enter() {
			t.Error("let in while closing")
		}
		if len(closed) > 0 {
			t.Error("closed before the call under way left")
		}
		g.Leave()
		if !<-closed || g.Close() {
			t.Error("the first Close closes, and no other")
		}
	})
}
