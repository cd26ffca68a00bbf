package destination

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/metric"
)

// CreateConnection makes a connection. A connection of type OAuth is
// authorized in the background.
func (s *Service) CreateConnection(ctx context.Context, n Name, description string, a Auth) (c Connection, err error) {
	if err := s.check(&a); err != nil {
		return c, err
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, ok, err := connections.Get(tx, n.parts()...); err != nil || ok {
			return orElse(err, taken(connectionKind, n.Name))
		}
		if have, err := count(tx, connections, n); err != nil || have >= s.Limits.Connections {
			return orElse(err, tooMany())
		}
		c = Connection{Name: n, ID: uuid.NewString(), Description: description, Created: s.now()}
		return s.put(tx, &c, &a)
	})
	return c, err
}

// orElse returns err, or what is wrong where nothing went wrong.
func orElse(err, wrong error) error {
	if err != nil {
		return err
	}
	return wrong
}

// put writes a changed connection, with new authorization parameters where
// there are such.
func (s *Service) put(tx *catalog.Tx, c *Connection, a *Auth) error {
	c.Modified = s.now()
	if a != nil {
		if err := c.close(*a, s.Sealer); err != nil {
			return err
		}
		// That an OAuth connection has this time from the start is recorded.
		c.Revision, c.Authorized, c.State, c.Reason = uuid.NewString(), c.Modified, Authorized, ""
		if a.Type == OAuth {
			c.State = Authorizing
			tx.After(s.authorizes.Nudge)
		}
	}
	return connections.Put(tx, *c, c.parts()...)
}

// UpdateConnection changes what is given: a description, authorization
// parameters, or both. An empty type means the one that the connection has;
// of another type the parameters must be complete (inferred).
func (s *Service) UpdateConnection(ctx context.Context, n Name, description *string, a *Auth) (c Connection, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if c, err = getConnection(tx, n); err != nil {
			return err
		}
		if description != nil {
			c.Description = *description
		}
		if a == nil {
			return s.put(tx, &c, nil)
		}
		next, err := s.merge(&c, *a)
		if err != nil {
			return err
		}
		s.tokens.forget(c.Revision)
		return s.put(tx, &c, &next)
	})
	return c, err
}

// merge returns the parameters that a connection has once those of a are
// taken over.
func (s *Service) merge(c *Connection, a Auth) (Auth, error) {
	old := c.Auth
	if c.Sealed != nil {
		var err error
		if old, err = c.open(s.Sealer); err != nil {
			return a, err
		}
	}
	if a.Type == "" {
		a.Type = old.Type
	}
	if a.Type == old.Type {
		a.complete(&old)
	}
	if a.Invocation == nil {
		a.Invocation = old.Invocation
	}
	return a, s.check(&a)
}

// complete takes from old, of the same type, what a does not have.
func (a *Auth) complete(old *Auth) {
	for _, m := range []struct{ to, from *string }{
		{&a.Username, &old.Username}, {&a.Password, &old.Password}, {&a.KeyName, &old.KeyName}, {&a.KeyValue, &old.KeyValue},
	} {
		fill(m.to, *m.from)
	}
	switch {
	case a.Client == nil:
		a.Client = old.Client
	case old.Client != nil:
		fill(&a.Client.ID, old.Client.ID)
		fill(&a.Client.Secret, old.Client.Secret)
		fill(&a.Client.Endpoint, old.Client.Endpoint)
		fill(&a.Client.Method, old.Client.Method)
		if a.Client.Parameters == nil {
			a.Client.Parameters = old.Client.Parameters
		}
	}
}

func fill(to *string, from string) {
	if *to == "" {
		*to = from
	}
}

// Deauthorize removes all authorization parameters of a connection. Its
// destinations are inactive until it is updated with new ones.
func (s *Service) Deauthorize(ctx context.Context, n Name) (c Connection, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if c, err = getConnection(tx, n); err != nil {
			return err
		}
		s.tokens.forget(c.Revision)
		c.Auth, c.Sealed, c.Revision = Auth{Type: c.Auth.Type}, nil, ""
		c.State, c.Reason = Deauthorized, ""
		return s.put(tx, &c, nil)
	})
	return c, err
}

// DeleteConnection removes a connection, also one that destinations use: they
// are inactive then (inferred).
func (s *Service) DeleteConnection(ctx context.Context, n Name) (c Connection, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if c, err = getConnection(tx, n); err != nil {
			return err
		}
		s.tokens.forget(c.Revision)
		return connections.Delete(tx, n.parts()...)
	})
	return c, err
}

// Connection returns a connection; its Auth is without secrets.
func (s *Service) Connection(n Name) (c Connection, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		c, err = getConnection(r, n)
		return err
	})
	return c, err
}

// Connections lists up to limit of a tenant's connections by name, those after
// a name, with a prefix, and in a state where one is given. It says whether
// there are more.
func (s *Service) Connections(t metric.Tenant, prefix string, state State, after string, limit int) ([]Connection, bool, error) {
	return list(s, connections, t, after, limit, func(r catalog.Reader, n Name, c *Connection) (bool, error) {
		c.Name = n
		return strings.HasPrefix(n.Name, prefix) && (state == "" || state == c.State), nil
	})
}

// list reads one page of a table by name: what takes lets pass.
func list[T any](s *Service, of catalog.Table[T], t metric.Tenant, after string, limit int, takes func(catalog.Reader, Name, *T) (bool, error)) (page []T, more bool, err error) {
	rg := catalog.Range{Prefix: []string{t.Account, t.Region}}
	if after != "" {
		rg.After = Name{t, after}.parts()
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		return of.Scan(r, rg, func(key []string, one T) (bool, error) {
			ok, err := takes(r, nameOf(key), &one)
			if err != nil || !ok {
				return err == nil, err
			}
			if more = len(page) == limit; !more {
				page = append(page, one)
			}
			return !more, nil
		})
	})
	return page, more, err
}
