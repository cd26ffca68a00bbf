package function

import (
	"context"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
)

// Limits of a mapping (Lambda developer guide, "Using Lambda with Amazon SQS").
const (
	mostMapped     = 10 // the batch that needs no window, and that of a FIFO queue
	mostBatch      = 10_000
	presetsBatch   = 10
	mostWindow     = 5 * time.Minute
	mostConcurrent = 2 // batches of one mapping at once, where it says nothing (ours)
)

// Mapping invokes a function with what a source holds.
type Mapping struct {
	metric.Tenant `json:"-"`
	ID            string `json:"-"` // a UUID
	// Source is an ARN; the name on disk is from when there were only queues.
	Source    string `json:"Queue"`
	Function  string // a name
	Qualifier string `json:",omitempty"`
	Batch     int
	Window    time.Duration `json:",omitempty"`
	// Filters are patterns, one of which a record must match; none: all do.
	Filters []string `json:",omitempty"`
	// Partial: the function says which messages of a batch it failed for.
	Partial bool `json:",omitempty"`
	// Concurrent is how many batches are under way at once; 0: the default.
	Concurrent int               `json:",omitempty"`
	Disabled   bool              `json:",omitempty"`
	Tags       map[string]string `json:",omitempty"`
	Modified   time.Time
}

// ARN returns the mapping's resource name.
func (m *Mapping) ARN() string {
	return arn.New("lambda", m.Region, m.Account, "event-source-mapping:"+m.ID).String()
}

// Of is the function that is invoked.
func (m *Mapping) Of() Name { return Name{Tenant: m.Tenant, Function: m.Function} }

// mappings are by account, region and id.
var mappings = catalog.Table[Mapping]{Name: "function-mappings"}

func (m *Mapping) key() []string { return []string{m.Account, m.Region, m.ID} }

// sourceOf is the source of a mapping's kind; nil: there is none.
func (s *Service) sourceOf(m *Mapping) Source { return s.Sources[targets.KindOf(m.Source)] }

// checkMapping holds a mapping against the rules.
func (s *Service) checkMapping(r catalog.Reader, m *Mapping) error {
	a, err := arn.Parse(m.Source)
	source := s.sourceOf(m)
	switch {
	case err != nil || source == nil:
		return invalid("EventSourceArn", "Event source %s is not supported by this version of Skywatch.", m.Source)
	case a.Account != m.Account || a.Region != m.Region:
		return invalid("EventSourceArn", "The source %s is of another account or region.", m.Source) // wording (inferred)
	case m.Window < 0 || m.Window > mostWindow:
		return invalid("MaximumBatchingWindowInSeconds", "MaximumBatchingWindowInSeconds must be 0 to 300.") // wording (inferred)
	}
	if err := checkTags(m.Tags); err != nil {
		return err
	}
	if _, err := compileFilter(m.Filters); err != nil {
		return err
	}
	if err := source.Check(r, m); err != nil {
		return err
	}
	if err := s.mustBe(r, m.Of(), m.Qualifier); err != nil || m.Disabled {
		return err
	}
	return s.checkPollers(r, m)
}

// checkPollers refuses a mapping that would not be polled, because the others
// take what there may be.
func (s *Service) checkPollers(r catalog.Reader, m *Mapping) error {
	n := s.sourceOf(m).Pollers(m)
	err := mappings.Scan(r, catalog.Range{}, func(key []string, other Mapping) (bool, error) {
		other.Tenant, other.ID = metric.Tenant{Account: key[0], Region: key[1]}, key[2]
		if source := s.sourceOf(&other); source != nil && !other.Disabled && other.ID != m.ID {
			n += source.Pollers(&other)
		}
		return true, nil
	})
	if err == nil && n > mostPollers { // AWS has no such limit
		err = invalid("ScalingConfig", "All event source mappings that are enabled would have %d batches at once, of which this server has %d: give them a smaller MaximumConcurrency, or disable some.", n, mostPollers)
	}
	return err
}

// CreateMapping makes a mapping.
func (s *Service) CreateMapping(ctx context.Context, m Mapping) (Mapping, error) {
	if s.off() {
		return m, disabled()
	}
	m.ID, m.Modified = uuid.NewString(), s.now()
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := s.checkMapping(tx, &m); err != nil {
			return err
		}
		err := mappings.Scan(tx, catalog.Range{Prefix: []string{m.Account, m.Region}}, func(key []string, have Mapping) (bool, error) {
			if have.Source == m.Source && have.Function == m.Function && have.Qualifier == m.Qualifier { // AWS's words
				return false, conflict("An event source mapping with %s arn (\" %s \") and function (\" %s \") already exists. Please update or delete the existing mapping with UUID %s",
					strings.ToUpper(string(targets.KindOf(m.Source))), m.Source, m.Function, key[2])
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		tx.After(s.mappingsChanged)
		return mappings.Put(tx, m, m.key()...)
	})
	return m, err
}

func getMapping(r catalog.Reader, t metric.Tenant, id string) (Mapping, error) {
	m, ok, err := mappings.Get(r, t.Account, t.Region, id)
	m.Tenant, m.ID = t, id
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "The resource you requested does not exist.") // AWS's words
	}
	return m, err
}

// Mapping returns a mapping.
func (s *Service) Mapping(t metric.Tenant, id string) (m Mapping, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		m, err = getMapping(r, t, id)
		return err
	})
	return m, err
}

// UpdateMapping changes a mapping.
func (s *Service) UpdateMapping(ctx context.Context, t metric.Tenant, id string, f func(*Mapping) error) (m Mapping, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if m, err = getMapping(tx, t, id); err != nil {
			return err
		}
		if err := f(&m); err != nil {
			return err
		}
		if err := s.checkMapping(tx, &m); err != nil {
			return err
		}
		m.Modified = s.now()
		tx.After(s.mappingsChanged)
		return mappings.Put(tx, m, m.key()...)
	})
	return m, err
}

// DeleteMapping removes a mapping and returns what it was.
func (s *Service) DeleteMapping(ctx context.Context, t metric.Tenant, id string) (m Mapping, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if m, err = getMapping(tx, t, id); err != nil {
			return err
		}
		if source := s.sourceOf(&m); source != nil {
			if err := source.Deleted(tx, &m); err != nil {
				return err
			}
		}
		tx.After(s.mappingsChanged)
		return mappings.Delete(tx, m.key()...)
	})
	return m, err
}

// Mappings returns the mappings of a tenant after the id given, only those of a
// source or a function where such is given, and whether there are more.
func (s *Service) Mappings(t metric.Tenant, source, function string, l Listing) (page []Mapping, more bool, err error) {
	rg := catalog.Range{Prefix: []string{t.Account, t.Region}}
	if l.After != "" {
		rg.After = []string{t.Account, t.Region, l.After}
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		return mappings.Scan(r, rg, func(key []string, m Mapping) (bool, error) {
			if source != "" && m.Source != source || function != "" && m.Function != function {
				return true, nil
			}
			if more = len(page) == l.Limit; more {
				return false, nil
			}
			m.Tenant, m.ID = t, key[2]
			page = append(page, m)
			return true, nil
		})
	})
	return page, more, err
}

// active are the mappings that are to be polled, of all tenants, by ARN.
func (s *Service) active() (map[string]Mapping, error) {
	all := map[string]Mapping{}
	err := s.Catalog.View(func(r catalog.Reader) error {
		return mappings.Scan(r, catalog.Range{}, func(key []string, m Mapping) (bool, error) {
			if m.Tenant, m.ID = (metric.Tenant{Account: key[0], Region: key[1]}), key[2]; !m.Disabled {
				all[m.ARN()] = m
			}
			return true, nil
		})
	})
	return all, err
}

// same reports whether two mappings poll alike.
func (m *Mapping) same(o Mapping) bool {
	x := *m
	for _, c := range [...]*Mapping{&x, &o} {
		c.Tags, c.Modified = nil, time.Time{}
	}
	return reflect.DeepEqual(x, o)
}
