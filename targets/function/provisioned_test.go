package function_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"skywatch/targets/function"
)

// asked tells what the runner was asked to provide last.
func (r *rig) asked() string {
	synctest.Wait()
	r.runner.mu.Lock()
	defer r.runner.mu.Unlock()
	var all []string
	for _, p := range r.runner.provided {
		all = append(all, fmt.Sprintf("%s:%s×%d", p.Name, p.Version, p.Environments))
	}
	return strings.Join(all, " ")
}

// What is asked for follows the alias, and goes with what it is of.
func TestProvision(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		r.create("f")
		for i := range 2 {
			if _, err := r.UpdateConfiguration(ctx, name("f"), "", func(c *function.Configuration) { c.Timeout = 10 + i }); err != nil {
				t.Fatal(err)
			}
			if _, err := r.Publish(ctx, name("f"), "", "", ""); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := r.CreateAlias(ctx, function.Alias{Name: name("f"), Alias: "live", Version: "1"}); err != nil {
			t.Fatal(err)
		}
		if p, err := r.Provision(ctx, name("f"), "live", 2); err != nil || p.Status() != "IN_PROGRESS" {
			t.Fatalf("%+v %v", p, err)
		}
		if got := r.asked(); got != "f:1×2" {
			t.Errorf("of an alias: %s", got)
		}
		for what, change := range map[string]func() error{
			"of a version that has some": func() error { _, err := r.Provision(ctx, name("f"), "1", 1); return err },
			"of what is not published":   func() error { _, err := r.Provision(ctx, name("f"), "$LATEST", 1); return err },
			"more than there may be":     func() error { _, err := r.Provision(ctx, name("f"), "2", 8); return err },
			"an alias of two versions": func() error {
				_, err := r.UpdateAlias(ctx, name("f"), "live", "", func(a *function.Alias) error { a.Other, a.Weight = "2", 0.5; return nil })
				return err
			},
		} {
			if err := change(); err == nil {
				t.Errorf("%s: taken", what)
			}
		}
		if _, err := r.UpdateAlias(ctx, name("f"), "live", "", func(a *function.Alias) error { a.Version = "2"; return nil }); err != nil {
			t.Fatal(err)
		}
		if got := r.asked(); got != "f:2×2" {
			t.Errorf("of an alias that moved: %s", got)
		}
		if p, err := r.Provisioned(name("f"), "live"); err != nil || p.Status() != "IN_PROGRESS" || p.Runtime.Started != 1 {
			t.Errorf("%+v %v", p, err)
		}
		if err := r.Unprovision(ctx, name("f"), "live"); err != nil || r.asked() != "" {
			t.Errorf("taken back: %v", err)
		}
		if _, err := r.Provision(ctx, name("f"), "1", 1); err != nil || r.asked() != "f:1×1" {
			t.Errorf("of a version: %v", err)
		}
		if err := r.Delete(ctx, name("f"), ""); err != nil || r.asked() != "" {
			t.Errorf("of a function that is gone: %v", err)
		}
	}, func(o *function.Options) { o.Concurrency = 8 })
}
