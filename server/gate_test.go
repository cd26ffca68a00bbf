package server

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var g gate
		ctx := t.Context()
		if err := g.enter(ctx); err != nil {
			t.Fatal(err)
		}
		shut, entered := false, false
		go func() { shut = g.shut(ctx) }()
		synctest.Wait()
		go func() { _ = g.enter(ctx); entered = true }()
		synctest.Wait()
		if shut || entered {
			t.Errorf("somebody is inside: shut %v, entered %v", shut, entered)
		}
		g.leave()
		synctest.Wait()
		if !shut || entered {
			t.Errorf("nobody is inside: shut %v, entered %v", shut, entered)
		}
		soon, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if err := g.enter(soon); err == nil {
			t.Error("entered a closed gate")
		}
		g.open()
		synctest.Wait()
		if !entered {
			t.Error("the gate is open, and nobody entered")
		}
		late, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if g.shut(late) {
			t.Error("shut with somebody inside")
		}
		g.leave()
		g.open()
	})
}
