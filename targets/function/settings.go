package function

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets"
)

// Reserve sets how many invocations of a function run at once at most; nil
// takes the limit away.
func (s *Service) Reserve(ctx context.Context, n Name, most *int) error {
	if most != nil && (*most < 0 || *most > maxReserved) {
		return invalid("ReservedConcurrentExecutions", "ReservedConcurrentExecutions must be 0 to %d.", maxReserved)
	}
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		f, err := getFunction(tx, n)
		if err != nil {
			return err
		}
		f.Reserved = most
		return functions.Put(tx, f, n.key()...)
	})
}

// ChangeTags changes the tags of a function.
func (s *Service) ChangeTags(ctx context.Context, n Name, f func(map[string]string)) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		have, err := getFunction(tx, n)
		if err != nil {
			return err
		}
		if have.Tags == nil {
			have.Tags = map[string]string{}
		}
		f(have.Tags)
		if err := checkTags(have.Tags); err != nil {
			return err
		}
		return functions.Put(tx, have, n.key()...)
	})
}

// Defaults of asynchronous invocation, which are its limits too (Lambda
// developer guide, "Error handling for asynchronous invocation").
const (
	maxErrors = 2
	maxAge    = 6 * time.Hour
)

// AsyncConfig is an event-invoke-config.
type AsyncConfig struct {
	// MaxRetries is how often a function that failed is run again; MaxAge how
	// long at most an invocation waits; nil: the default.
	MaxRetries *int           `json:",omitempty"`
	MaxAge     *time.Duration `json:",omitempty"`
	// OnSuccess and OnFailure are ARNs; empty: nobody is told.
	OnSuccess string `json:",omitempty"`
	OnFailure string `json:",omitempty"`
	Modified  time.Time
}

func (c *AsyncConfig) retries() int {
	if c.MaxRetries != nil {
		return *c.MaxRetries
	}
	return maxErrors
}

func (c *AsyncConfig) age() time.Duration {
	if c.MaxAge != nil {
		return *c.MaxAge
	}
	return maxAge
}

// asyncKey is the place of the configuration of a qualifier: the function's is
// that of its latest version.
func (n Name) asyncKey(qualifier string) []string {
	if qualifier == "" {
		qualifier = Latest
	}
	return n.key(qualifier)
}

// ChangeAsync changes the configuration of asynchronous invocations. whole says
// that what was there does not count; otherwise it must be there.
func (s *Service) ChangeAsync(ctx context.Context, n Name, qualifier string, whole bool, f func(*AsyncConfig) error) (c AsyncConfig, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := s.mustBe(tx, n, qualifier); err != nil {
			return err
		}
		c = AsyncConfig{}
		if !whole {
			if c, err = asyncOf(tx, n, qualifier); err != nil {
				return err
			}
		}
		if err := f(&c); err != nil {
			return err
		}
		for _, to := range [...]string{c.OnSuccess, c.OnFailure} {
			if err := checkDestination("DestinationConfig", to, targets.Queue, targets.Topic, targets.Function, targets.Bus); err != nil {
				return err
			}
			if to == n.Qualified(qualifier) {
				return invalid("DestinationConfig", "A function cannot be its own destination.") // wording (inferred)
			}
		}
		c.Modified = s.now()
		return asyncConfig.Put(tx, c, n.asyncKey(qualifier)...)
	})
	return c, err
}

func asyncOf(r catalog.Reader, n Name, qualifier string) (AsyncConfig, error) {
	c, ok, err := asyncConfig.Get(r, n.asyncKey(qualifier)...)
	if err == nil && !ok { // AWS's words
		if qualifier == "" {
			qualifier = Latest
		}
		err = fault.New(fault.NotFound, "The function %s doesn't have an EventInvokeConfig", n.Qualified(qualifier))
	}
	return c, err
}

// Async returns the configuration of asynchronous invocations.
func (s *Service) Async(n Name, qualifier string) (c AsyncConfig, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		if err := s.mustBe(r, n, qualifier); err != nil {
			return err
		}
		c, err = asyncOf(r, n, qualifier)
		return err
	})
	return c, err
}

// DeleteAsync removes it.
func (s *Service) DeleteAsync(ctx context.Context, n Name, qualifier string) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, err := asyncOf(tx, n, qualifier); err != nil {
			return err
		}
		return asyncConfig.Delete(tx, n.asyncKey(qualifier)...)
	})
}

// Qualified is a configuration with what it is of.
type Qualified struct {
	Qualifier string
	AsyncConfig
}

// Asyncs returns the configurations of a function after the qualifier given,
// and whether there are more.
func (s *Service) Asyncs(n Name, l Listing) (page []Qualified, more bool, err error) {
	rg := catalog.Range{Prefix: n.key()}
	if l.After != "" {
		rg.After = n.key(l.After)
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		if _, err := getFunction(r, n); err != nil {
			return err
		}
		return asyncConfig.Scan(r, rg, func(key []string, c AsyncConfig) (bool, error) {
			if more = len(page) == l.Limit; more {
				return false, nil
			}
			page = append(page, Qualified{key[3], c})
			return true, nil
		})
	})
	return page, more, err
}
