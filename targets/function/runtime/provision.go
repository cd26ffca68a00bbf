package runtime

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Provision asks for environments of a version that are started before they are
// called, and kept.
type Provision struct {
	Spec
	Environments int
}

// Provided says what there is of a Provision.
type Provided struct {
	Started, Free int
	// Failed says why no more are started; empty: they are, or will be.
	Failed string
}

// againAfter is how long provide waits where there is no room.
const againAfter = time.Second

// provisions are those that are asked for, and how their starts went.
type provisions struct {
	mu     sync.Mutex
	wanted map[key]*provisioned
	looks  chan struct{} // holds one: provide is to look
}

// provisioned is one that is asked for.
type provisioned struct {
	Provision
	starting int
	failed   string
	notUntil time.Time
}

func newProvisions() provisions {
	return provisions{wanted: map[key]*provisioned{}, looks: make(chan struct{}, 1)}
}

func (p *provisions) look() {
	select {
	case p.looks <- struct{}{}:
	default: // it will look anyway
	}
}

// Provide has the environments that are asked for started and kept, and no
// others: those of versions that are not named any more are like all others from
// now on.
func (r *Runner) Provide(all []Provision) {
	r.provisions.mu.Lock()
	defer r.provisions.mu.Unlock()
	want := map[key]*provisioned{}
	for _, p := range all {
		p.Spec.provisioned = true
		next := &provisioned{Provision: p}
		if was := r.provisions.wanted[keyOf(p.Spec)]; was != nil {
			next.starting = was.starting
			if was.Spec.runs(p.Spec) && was.Environments == p.Environments {
				next.failed, next.notUntil = was.failed, was.notUntil
			}
		}
		want[keyOf(p.Spec)] = next
	}
	for k := range r.provisions.wanted {
		if want[k] == nil {
			r.pool.unkeep(k, 0)
		}
	}
	r.provisions.wanted = want
	r.provisions.look()
}

// Provided tells what there is of a version.
func (r *Runner) Provided(arn, version string) (p Provided) {
	r.provisions.mu.Lock()
	defer r.provisions.mu.Unlock()
	k := key{arn, version}
	p.Started, p.Free = r.pool.keptOf(k)
	if want := r.provisions.wanted[k]; want != nil {
		p.Failed = want.failed
	}
	return p
}

// provide starts what is asked for and not there, until the runner closes.
func (r *Runner) provide() {
	for {
		again := r.provideNow()
		timer := time.NewTimer(again)
		select {
		case <-r.closing:
			timer.Stop()
			return
		case <-r.provisions.looks:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// provideNow begins the starts that are due, and says when to look again.
func (r *Runner) provideNow() (again time.Duration) {
	again = time.Hour
	r.provisions.mu.Lock()
	defer r.provisions.mu.Unlock()
	for k, p := range r.provisions.wanted {
		r.pool.unkeep(k, p.Environments)
		have, _ := r.pool.keptOf(k)
		missing := p.Environments - have - p.starting
		if missing <= 0 {
			continue
		}
		if wait := p.notUntil.Sub(r.options.Now()); wait > 0 {
			again = min(again, wait)
			continue
		}
		for range missing {
			p.starting++
			s := p.Spec
			r.environments.Go(func() { r.startProvided(k, s) })
		}
	}
	return again
}

// startProvided starts one environment and makes it free.
func (r *Runner) startProvided(k key, s Spec) {
	err := r.startFree(s)
	r.provisions.mu.Lock()
	defer r.provisions.mu.Unlock()
	p := r.provisions.wanted[k]
	if p == nil {
		return // it is not wanted any more
	}
	p.starting = max(0, p.starting-1)
	switch {
	case err == nil:
		p.failed = ""
	case errors.Is(err, ErrBusy):
		p.notUntil = r.options.Now().Add(againAfter)
	default:
		p.failed = err.Error()
		p.notUntil = r.options.Now().Add(max(againAfter, r.crashes.add(k, r.options.Now(), nil)))
	}
	r.provisions.look()
}

// startFree starts an environment that no call waits for.
func (r *Runner) startFree(s Spec) error {
	how, err := r.command(s)
	if err != nil {
		return err
	}
	if err := r.reserve(); err != nil {
		return err
	}
	e, why, err := r.initialise(context.Background(), s, how, time.Now().Add(r.options.initTimeout))
	switch {
	case err != nil:
		return err
	case why != done:
		return r.notProvided(e, why)
	}
	r.crashes.forget(func(k key) bool { return k == e.key })
	select {
	case <-r.closing:
		e.destroy()
	default: // if it closes from here on, it ends what is free
		r.free(e)
	}
	return nil
}

// notProvided ends an environment that did not come to ask for work, and words
// why.
func (r *Runner) notProvided(e *environment, why ending) error {
	e.proc.kill()
	<-e.proc.exited
	e.out.drain()
	switch a := e.x.notStarted(); {
	case a != nil:
		return fmt.Errorf("the function could not start: %.512s", a.payload)
	case why == overtime:
		return fmt.Errorf("the function did not start within %s", r.options.initTimeout)
	case why == overmem:
		return errors.New("the function took more memory than it has to start")
	}
	return fmt.Errorf("the function could not start: %s", howExited(e.proc.state))
}
