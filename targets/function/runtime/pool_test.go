package runtime

import (
	"testing"
	"time"
)

// fake is an environment whose process runs on.
func fake(s Spec) *environment {
	return &environment{spec: s, key: keyOf(s), proc: &process{exited: make(chan struct{})}, x: newExchange()}
}

// An environment that becomes free while another call of its kind looks for a
// slot takes that call: it is not ended to make room for a new one like it.
func TestFreeIsNoVictimOfItsKind(t *testing.T) {
	t.Parallel()
	p, s := newPool(1), Spec{ARN: "a", Version: "1"}
	if g := p.acquire(s); !g.slot {
		t.Fatalf("%+v", g)
	}
	e := fake(s)
	p.add(e)
	if g := p.acquire(s); g.slot || g.free != nil || g.victim != nil {
		t.Fatalf("all are at work: %+v", g)
	}
	p.put(e, time.Now())
	if g := p.acquire(s); g.free != e || g.victim != nil {
		t.Errorf("%+v", g)
	}
	p.put(e, time.Now())
	if g := p.acquire(Spec{ARN: "b"}); g.victim != e {
		t.Errorf("of another kind: %+v", g)
	}
}

// What is kept gives way to nobody and does not expire, until it is kept no
// longer.
func TestKept(t *testing.T) {
	t.Parallel()
	p, s := newPool(1), Spec{ARN: "a", Version: "1"}
	e := fake(s)
	e.kept = true
	_ = e.x.ask()
	p.acquire(s)
	p.add(e)
	p.put(e, time.Time{})
	if g := p.acquire(Spec{ARN: "b"}); g.victim != nil || g.slot {
		t.Errorf("%+v", g)
	}
	if list := p.expired(time.Now()); len(list) > 0 {
		t.Errorf("expired %v", list)
	}
	if started, free := p.keptOf(e.key); started != 1 || free != 1 {
		t.Errorf("%d kept, %d free", started, free)
	}
	p.unkeep(e.key, 1)
	if started, _ := p.keptOf(e.key); started != 1 {
		t.Error("not kept any more")
	}
	p.unkeep(e.key, 0)
	if list := p.expired(time.Now()); len(list) != 1 {
		t.Errorf("expired %v", list)
	}
}
