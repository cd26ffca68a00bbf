package function

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"skywatch/catalog"
)

// CreateAlias makes an alias.
func (s *Service) CreateAlias(ctx context.Context, a Alias) (Alias, error) {
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, ok, err := getAlias(tx, a.Name, a.Alias); err != nil || ok {
			if err == nil {
				err = conflict("Alias already exists: %s", a.ARN()) // AWS's words
			}
			return err
		}
		return s.putAlias(tx, &a)
	})
	return a, err
}

// UpdateAlias changes an alias.
func (s *Service) UpdateAlias(ctx context.Context, n Name, alias, revision string, f func(*Alias) error) (a Alias, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if a, err = aliasOf(tx, n, alias); err != nil {
			return err
		}
		if err := mustMatch(revision, a.Revision); err != nil {
			return err
		}
		if err := f(&a); err != nil {
			return err
		}
		return s.putAlias(tx, &a)
	})
	return a, err
}

func (s *Service) putAlias(tx *catalog.Tx, a *Alias) error {
	if _, err := s.getVersion(tx, a.Name, a.Version); err != nil {
		return err
	}
	if a.Other != "" {
		if _, err := s.getVersion(tx, a.Name, a.Other); err != nil {
			return err
		}
		if a.Version == Latest || a.Other == Latest || a.Other == a.Version { // API reference of CreateAlias
			return invalid("RoutingConfig", "An alias that routes to two versions needs two different published ones.") // wording (inferred)
		}
	}
	if err := checkRouting(tx, a); err != nil {
		return err
	}
	tx.After(s.provisionSoon)
	a.Revision = uuid.NewString()
	return aliases.Put(tx, *a, a.key(a.Alias)...)
}

func aliasOf(r catalog.Reader, n Name, alias string) (Alias, error) {
	a, ok, err := getAlias(r, n, alias)
	if err == nil && !ok {
		err = notFound("Cannot find alias arn: %s", n.Qualified(alias)) // AWS's words
	}
	return a, err
}

// Alias returns an alias.
func (s *Service) Alias(n Name, alias string) (a Alias, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		a, err = aliasOf(r, n, alias)
		return err
	})
	return a, err
}

// DeleteAlias removes an alias; one that is not there is removed already.
func (s *Service) DeleteAlias(ctx context.Context, n Name, alias string) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, err := getFunction(tx, n); err != nil {
			return err
		}
		if err := policies.Delete(tx, n.key(alias)...); err != nil {
			return err
		}
		if err := errors.Join(deleteURL(tx, n, alias), s.unprovision(tx, n, alias)); err != nil {
			return err
		}
		if err := asyncConfig.Delete(tx, n.key(alias)...); err != nil {
			return err
		}
		return aliases.Delete(tx, n.key(alias)...)
	})
}

// Aliases returns the aliases of a function, only those of a version where one
// is given, and whether there are more.
func (s *Service) Aliases(n Name, version string, l Listing) (page []Alias, more bool, err error) {
	rg := catalog.Range{Prefix: n.key()}
	if l.After != "" {
		rg.After = n.key(l.After)
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		if _, err := getFunction(r, n); err != nil {
			return err
		}
		return aliases.Scan(r, rg, func(key []string, a Alias) (bool, error) {
			if version != "" && a.Version != version && a.Other != version {
				return true, nil
			}
			if more = len(page) == l.Limit; more {
				return false, nil
			}
			a.Name, a.Alias = n, key[3]
			page = append(page, a)
			return true, nil
		})
	})
	return page, more, err
}

// mustBe refuses a qualifier that means nothing.
func (s *Service) mustBe(r catalog.Reader, n Name, qualifier string) error {
	_, err := s.resolve(r, n, qualifier, 1)
	return err
}
