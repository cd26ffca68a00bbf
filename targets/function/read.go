package function

import (
	"context"
	"strconv"

	"skywatch/catalog"
	"skywatch/metric"
)

func number(n uint64) string { return strconv.FormatUint(n, 10) }

// Version returns the version that a qualifier means; Latest if it is empty.
func (s *Service) Version(n Name, qualifier string) (v Version, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		v, err = s.resolve(r, n, qualifier, 1)
		return err
	})
	return v, err
}

// Function returns what the versions of a function share.
func (s *Service) Function(n Name) (f Function, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		f, err = getFunction(r, n)
		return err
	})
	return f, err
}

// lastVersion is the published one with the highest number that is still there.
func (s *Service) lastVersion(r catalog.Reader, n Name) (v Version, err error) {
	err = versionsOf.Scan(r, catalog.Range{Prefix: n.key(), Backwards: true}, func(_ []string, last Version) (bool, error) {
		if last.Version != Latest {
			v = last
			v.Name = n
		}
		return false, nil
	})
	if err != nil || v.Version == "" {
		return v, err
	}
	return v, s.open(&v)
}

// Listing says which part of a list is wanted.
type Listing struct {
	After string
	Limit int
}

// List returns the functions of a tenant after the given one, as their latest
// versions, and whether there are more.
func (s *Service) List(t metric.Tenant, l Listing) (page []Version, more bool, err error) {
	rg := catalog.Range{Prefix: []string{t.Account, t.Region}}
	if l.After != "" {
		rg.After = []string{t.Account, t.Region, l.After}
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		return functions.ScanKeys(r, rg, func(key []string) (bool, error) {
			if more = len(page) == l.Limit; more {
				return false, nil
			}
			v, err := s.getVersion(r, nameOf(key), Latest)
			page = append(page, v)
			return true, err
		})
	})
	return page, more, err
}

// Versions returns the versions of a function after the given one, and whether
// there are more.
func (s *Service) Versions(n Name, l Listing) (page []Version, more bool, err error) {
	rg := catalog.Range{Prefix: n.key()}
	if l.After != "" {
		rg.After = n.versionKey(l.After)
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		if _, err := getFunction(r, n); err != nil {
			return err
		}
		return versionsOf.Scan(r, rg, func(_ []string, v Version) (bool, error) {
			if more = len(page) == l.Limit; more {
				return false, nil
			}
			v.Name = n
			err := s.open(&v)
			page = append(page, v)
			return true, err
		})
	})
	return page, more, err
}

// Usage is what a tenant has, and what it may have.
type Usage struct {
	Functions, Bytes      int64
	Concurrency, Reserved int
}

// Usage counts a tenant's functions and the size of all of their packages.
func (s *Service) Usage(t metric.Tenant) (u Usage, err error) {
	u.Concurrency = s.Concurrency
	rg := catalog.Range{Prefix: []string{t.Account, t.Region}}
	err = s.Catalog.View(func(r catalog.Reader) error {
		err := functions.Scan(r, rg, func(_ []string, f Function) (bool, error) {
			u.Functions++
			if f.Reserved != nil {
				u.Reserved += *f.Reserved
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		return versionsOf.Scan(r, rg, func(_ []string, v Version) (bool, error) {
			u.Bytes += v.Package.Size
			return true, nil
		})
	})
	return u, err
}

// sweep removes the packages that no version has.
func (s *Service) sweep() error {
	return s.Packages.sweep(func() (map[string]bool, error) {
		needed := map[string]bool{}
		err := s.Catalog.View(func(r catalog.Reader) error {
			return versionsOf.Scan(r, catalog.Range{}, func(_ []string, v Version) (bool, error) {
				id, err := v.Package.id()
				needed[id] = true
				return true, err
			})
		})
		return needed, err
	})
}

// Delete removes a function with all that it has, or one of its versions.
func (s *Service) Delete(ctx context.Context, n Name, qualifier string) error {
	defer s.sweepSoon()
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, err := getFunction(tx, n); err != nil {
			return err
		}
		switch {
		case qualifier == "":
			tx.After(s.provisionSoon)
			return deleteAll(tx, n)
		case qualifier == Latest: // AWS's words
			return invalid("Qualifier", "$LATEST version cannot be deleted without deleting the function.")
		case !numbered(qualifier):
			return invalid("Qualifier", "Deletion of aliases is not currently supported.")
		}
		return s.deleteVersion(tx, n, qualifier)
	})
	if err == nil {
		s.drop(n, qualifier)
	}
	return err
}

func deleteAll(tx *catalog.Tx, n Name) error {
	if err := deleteURLs(tx, n); err != nil {
		return err
	}
	rg := catalog.Range{Prefix: n.key()}
	for _, remove := range []func(*catalog.Tx, catalog.Range) error{
		functions.DeleteAll, versionsOf.DeleteAll, aliases.DeleteAll, policies.DeleteAll, asyncConfig.DeleteAll, provisions.DeleteAll,
	} {
		if err := remove(tx, rg); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) deleteVersion(tx *catalog.Tx, n Name, version string) error {
	if _, err := s.getVersion(tx, n, version); err != nil {
		return err
	}
	err := aliases.Scan(tx, catalog.Range{Prefix: n.key()}, func(key []string, a Alias) (bool, error) {
		if a.Version == version || a.Other == version {
			return false, conflict("Version %s is in use by alias %s and cannot be deleted.", version, key[3]) // wording (inferred)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, err := range []error{policies.Delete(tx, n.key(version)...), asyncConfig.Delete(tx, n.key(version)...), s.unprovision(tx, n, version)} {
		if err != nil {
			return err
		}
	}
	return versionsOf.Delete(tx, n.versionKey(version)...)
}
