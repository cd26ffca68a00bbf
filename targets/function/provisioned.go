package function

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets/function/runtime"
)

// Provisioned asks for environments of a version, or of the one that an alias
// means, that are started before they are called.
type Provisioned struct {
	Qualifier    string `json:"-"`
	Environments int
	Modified     time.Time
	// Runtime says how far they are.
	Runtime runtime.Provided `json:"-"`
}

// Status is how far they are, in AWS's words.
func (p *Provisioned) Status() string {
	switch {
	case p.Runtime.Started >= p.Environments:
		return "READY"
	case p.Runtime.Failed != "":
		return "FAILED"
	}
	return "IN_PROGRESS"
}

// provisions are by account, region, function and qualifier.
var provisions = catalog.Table[Provisioned]{Name: "function-provisioned"}

// leastUnprovisioned is what is left for functions on demand (ours; AWS leaves
// 100).
const leastUnprovisioned = 1

// Provision asks for environments.
func (s *Service) Provision(ctx context.Context, n Name, qualifier string, environments int) (Provisioned, error) {
	p := Provisioned{Qualifier: qualifier, Environments: environments, Modified: s.now()}
	if s.off() {
		return p, disabled()
	}
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := s.mayProvision(tx, n, &p); err != nil {
			return err
		}
		tx.After(s.provisionSoon)
		return provisions.Put(tx, p, n.key(qualifier)...)
	})
	p.Runtime = runtime.Provided{}
	return p, err
}

// mayProvision holds a request for environments against the rules. The words are
// AWS's where nothing else is said.
func (s *Service) mayProvision(tx *catalog.Tx, n Name, p *Provisioned) error {
	if p.Qualifier == "" || p.Qualifier == Latest {
		return invalid("Qualifier", "Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
	}
	f, err := getFunction(tx, n)
	if err != nil {
		return err
	}
	v, err := s.resolve(tx, n, p.Qualifier, 1)
	if err != nil {
		return err
	}
	if v.Version == Latest {
		return invalid("Qualifier", "Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
	}
	a, _, err := getAlias(tx, n, p.Qualifier)
	switch {
	case err != nil:
		return err
	case a.Other != "":
		return invalid("Qualifier", "Provisioned Concurrency Configs are not supported for aliases that route to two versions.") // (ours)
	}
	if f.Reserved != nil && p.Environments > *f.Reserved {
		return invalid("ProvisionedConcurrentExecutions", "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function")
	}
	all := p.Environments
	err = s.eachProvision(tx, catalog.Range{}, func(of Name, other *Provisioned, version string) error {
		switch {
		case of == n && other.Qualifier == p.Qualifier:
			return nil // it takes the place of this one
		case of == n && version == v.Version:
			return invalid("Qualifier", "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version")
		}
		all += other.Environments
		return nil
	})
	if err == nil && s.Concurrency > 0 && all > s.Concurrency-leastUnprovisioned {
		err = invalid("ProvisionedConcurrentExecutions", "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [%d].", leastUnprovisioned)
	}
	return err
}

// eachProvision calls f with each request for environments, and the version that
// it means now.
func (s *Service) eachProvision(r catalog.Reader, rg catalog.Range, f func(Name, *Provisioned, string) error) error {
	return provisions.Scan(r, rg, func(key []string, p Provisioned) (bool, error) {
		n := nameOf(key)
		p.Qualifier = key[3]
		v, err := s.resolve(r, n, p.Qualifier, 1)
		if fault.Is(err, fault.NotFound) {
			return true, nil // on its way out
		}
		if err == nil {
			p.Runtime = s.provided(n, v.Version)
			err = f(n, &p, v.Version)
		}
		return true, err
	})
}

func (s *Service) provided(n Name, version string) runtime.Provided {
	if s.Runner == nil {
		return runtime.Provided{}
	}
	return s.Runner.Provided(n.ARN(), version)
}

// errNotProvisioned is of a qualifier that has no environments of its own.
func errNotProvisioned() error { // AWS's words
	return &fault.Error{Kind: fault.NotFound, Subject: "provisioned", Message: "No Provisioned Concurrency Config found for this function"}
}

// Provisioned returns what was asked for, and how far it is.
func (s *Service) Provisioned(n Name, qualifier string) (p Provisioned, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		v, err := s.resolve(r, n, qualifier, 1)
		if err != nil {
			return err
		}
		var ok bool
		if p, ok, err = provisions.Get(r, n.key(qualifier)...); err == nil && !ok {
			err = errNotProvisioned()
		}
		p.Qualifier, p.Runtime = qualifier, s.provided(n, v.Version)
		return err
	})
	return p, err
}

// Unprovision takes a request back.
func (s *Service) Unprovision(ctx context.Context, n Name, qualifier string) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := s.mustBe(tx, n, qualifier); err != nil {
			return err
		}
		if _, ok, err := provisions.Get(tx, n.key(qualifier)...); err != nil || !ok {
			return err // one that is not there is taken back already (inferred)
		}
		tx.After(s.provisionSoon)
		return provisions.Delete(tx, n.key(qualifier)...)
	})
}

// Provisions returns the requests of a function after the qualifier given, and
// whether there are more.
func (s *Service) Provisions(n Name, l Listing) (page []Provisioned, more bool, err error) {
	rg := catalog.Range{Prefix: n.key()}
	if l.After != "" {
		rg.After = n.key(l.After)
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		if _, err := getFunction(r, n); err != nil {
			return err
		}
		return s.eachProvision(r, rg, func(_ Name, p *Provisioned, _ string) error {
			if more = len(page) == l.Limit; !more {
				page = append(page, *p)
			}
			return nil
		})
	})
	return page, more, err
}

// provisionSoon has Run tell the runner what is asked for.
func (s *Service) provisionSoon() {
	select {
	case s.provides <- struct{}{}:
	default: // it will anyway
	}
}

// provider tells the runner what is asked for, and holds the code of it.
type provider struct {
	s       *Service
	release []func()
}

func (p *provider) provide() error {
	if p.s.Runner == nil {
		return nil
	}
	held := p.release
	p.release = nil
	defer func() {
		for _, f := range held { // after the new ones are held
			f()
		}
	}()
	if p.s.off() {
		p.s.Runner.Provide(nil)
		return nil
	}
	var all []runtime.Provision
	err := p.s.Catalog.View(func(r catalog.Reader) error {
		return p.s.eachProvision(r, catalog.Range{}, func(n Name, want *Provisioned, version string) error {
			v, err := p.s.getVersion(r, n, version)
			if err != nil {
				return err
			}
			dir, unused, err := p.s.Packages.use(v.Package)
			if err != nil {
				return err
			}
			p.release = append(p.release, unused)
			all = append(all, runtime.Provision{Spec: v.spec(dir), Environments: want.Environments})
			return nil
		})
	})
	if err != nil {
		return err
	}
	p.s.Runner.Provide(all)
	return nil
}

// unprovision removes the requests of a version that goes, or of an alias.
func (s *Service) unprovision(tx *catalog.Tx, n Name, qualifier string) error {
	tx.After(s.provisionSoon)
	return provisions.Delete(tx, n.key(qualifier)...)
}

// checkRouting refuses a second version to an alias that has environments.
func checkRouting(r catalog.Reader, a *Alias) error {
	if a.Other == "" {
		return nil
	}
	_, ok, err := provisions.Get(r, a.key(a.Alias)...)
	if err == nil && ok {
		err = invalid("RoutingConfig", "An alias with Provisioned Concurrency cannot route to two versions: %s.", a.ARN()) // (ours)
	}
	return err
}
