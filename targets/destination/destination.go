package destination

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/metric"
)

// defaultRate is how many calls a second begin where no limit is given
// (recorded).
const defaultRate = 300

// Change is what UpdateDestination changes, and what CreateDestination makes
// a destination of: nil and empty members stay as they are.
type Change struct {
	Description *string
	Connection  string // an ARN
	Endpoint    string
	Method      string
	Rate        int
}

// CreateDestination makes an API destination.
func (s *Service) CreateDestination(ctx context.Context, n Name, in Change) (d Destination, err error) {
	if in.Rate == 0 {
		in.Rate = defaultRate
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, ok, err := destinations.Get(tx, n.parts()...); err != nil || ok {
			return orElse(err, taken(destinationKind, n.Name))
		}
		if have, err := count(tx, destinations, n); err != nil || have >= s.Limits.Destinations {
			return orElse(err, tooMany())
		}
		d = Destination{Name: n, ID: uuid.NewString(), Created: s.now()}
		return s.changeDestination(tx, &d, in)
	})
	return d, err
}

// UpdateDestination changes an API destination.
func (s *Service) UpdateDestination(ctx context.Context, n Name, in Change) (d Destination, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if d, err = getDestination(tx, n); err != nil {
			return err
		}
		return s.changeDestination(tx, &d, in)
	})
	return d, err
}

func (s *Service) changeDestination(tx *catalog.Tx, d *Destination, in Change) error {
	if in.Connection != "" {
		if err := usable(tx, d.Tenant, in.Connection); err != nil {
			return err
		}
		d.Connection = in.Connection
	}
	if in.Endpoint != "" {
		if err := s.checkEndpoint("InvocationEndpoint", in.Endpoint); err != nil {
			return err
		}
		d.Endpoint = in.Endpoint
	}
	if in.Description != nil {
		d.Description = *in.Description
	}
	if in.Method != "" {
		d.Method = in.Method
	}
	if in.Rate != 0 {
		d.Rate = in.Rate
	}
	d.Modified = s.now()
	if err := destinations.Put(tx, *d, d.parts()...); err != nil {
		return err
	}
	return d.judge(tx)
}

// usable wants a connection of the tenant's own: another's is not there for
// him.
func usable(r catalog.Reader, t metric.Tenant, arn string) error {
	c, ok, err := connectionAt(r, arn)
	if err == nil && (!ok || c.Tenant != t) {
		name := c.Name.Name
		if name == "" {
			name = arn
		}
		err = noConnection(name)
	}
	return err
}

// DeleteDestination removes an API destination. Deliveries to it that wait
// still fail for good then.
func (s *Service) DeleteDestination(ctx context.Context, n Name) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		d, err := getDestination(tx, n)
		if err != nil {
			return err
		}
		tx.After(func() { s.rates.Forget(d.ARN()) })
		if err := templates.Delete(tx, n.parts()...); err != nil {
			return err
		}
		return destinations.Delete(tx, n.parts()...)
	})
}

// Destination returns an API destination.
func (s *Service) Destination(n Name) (d Destination, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		d, err = getDestination(r, n)
		return err
	})
	return d, err
}

// Destinations lists up to limit of a tenant's API destinations by name, those
// after a name, with a prefix, and with a connection where one is given. It
// says whether there are more.
func (s *Service) Destinations(t metric.Tenant, prefix, connection, after string, limit int) ([]Destination, bool, error) {
	return list(s, destinations, t, after, limit, func(r catalog.Reader, n Name, d *Destination) (bool, error) {
		d.Name = n
		if !strings.HasPrefix(n.Name, prefix) || connection != "" && connection != d.Connection {
			return false, nil
		}
		return true, d.judge(r)
	})
}
