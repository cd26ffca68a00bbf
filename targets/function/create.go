package function

import (
	"context"
	"errors"
	"maps"
	"reflect"

	"github.com/google/uuid"

	"skywatch/catalog"
)

// Create makes a function with a package of code; publish makes its version 1
// too, which it then returns.
func (s *Service) Create(ctx context.Context, n Name, c Configuration, zip []byte, tags map[string]string, publish bool) (v Version, err error) {
	if err := errors.Join(s.check(&c), checkTags(tags)); err != nil {
		return v, err
	}
	if err := s.Catalog.View(func(r catalog.Reader) error { return mustBeNew(r, n) }); err != nil {
		return v, err // before the work on the package
	}
	k, release, err := s.prepare(zip)
	if err != nil {
		return v, err
	}
	defer release()
	v = Version{Name: n, Version: Latest, Configuration: c, Package: k, Modified: s.now(), Revision: uuid.NewString()}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := mustBeNew(tx, n); err != nil {
			return err
		}
		if err := s.putVersion(tx, v); err != nil {
			return err
		}
		f := Function{Name: n, Tags: maps.Clone(tags), Created: v.Modified}
		if publish {
			if v, err = s.publish(tx, &f, v, ""); err != nil {
				return err
			}
		}
		return functions.Put(tx, f, n.key()...)
	})
	if err != nil {
		s.sweepSoon()
	}
	return v, err
}

func mustBeNew(r catalog.Reader, n Name) error {
	if _, ok, err := functions.Get(r, n.key()...); err != nil || ok {
		if err == nil {
			err = conflict("Function already exist: %s", n.Function) // AWS's words
		}
		return err
	}
	return nil
}

// prepare keeps a package that is held against the rules. It is not swept until
// release.
func (s *Service) prepare(zip []byte) (k Package, release func(), err error) {
	if len(zip) == 0 {
		return k, nil, errUnzip
	}
	if err := inspect(zip); err != nil {
		return k, nil, err
	}
	if k, release, err = s.Packages.put(zip); err != nil {
		return k, nil, err
	}
	if _, err := s.Packages.files(k); err != nil {
		release()
		s.sweepSoon()
		return k, nil, err
	}
	return k, release, nil
}

// NewCode is what UpdateCode is asked for.
type NewCode struct {
	Zip          []byte
	Architecture string // empty: as it is
	Revision     string // that there must be; empty: any
	Publish, Dry bool
}

// UpdateCode gives the latest version another package. A dry run changes nothing,
// and returns what would be.
func (s *Service) UpdateCode(ctx context.Context, n Name, u NewCode) (v Version, err error) {
	if s.off() {
		return v, disabled()
	}
	if _, err := s.Version(n, Latest); err != nil {
		return v, err
	}
	k, release, err := s.prepare(u.Zip)
	if err != nil {
		return v, err
	}
	defer release()
	defer s.sweepSoon()
	change := func(v *Version) {
		v.Package = k
		if u.Architecture != "" {
			v.Architecture = u.Architecture
		}
	}
	if u.Dry {
		v, err = s.Version(n, Latest)
		change(&v)
		return v, errors.Join(err, mustMatch(u.Revision, v.Revision))
	}
	return s.change(ctx, n, u.Revision, u.Publish, func(v *Version) error {
		change(v)
		return nil
	})
}

// UpdateConfiguration changes the configuration of the latest version.
func (s *Service) UpdateConfiguration(ctx context.Context, n Name, revision string, f func(*Configuration)) (Version, error) {
	return s.change(ctx, n, revision, false, func(v *Version) error {
		f(&v.Configuration)
		return s.check(&v.Configuration)
	})
}

// change changes the latest version, and publishes it where asked.
func (s *Service) change(ctx context.Context, n Name, revision string, publish bool, f func(*Version) error) (v Version, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if v, err = s.getVersion(tx, n, Latest); err != nil {
			return err
		}
		if err := mustMatch(revision, v.Revision); err != nil {
			return err
		}
		if err := f(&v); err != nil {
			return err
		}
		v.Modified, v.Revision = s.now(), uuid.NewString()
		if err := s.putVersion(tx, v); err != nil || !publish {
			return err
		}
		function, err := getFunction(tx, n)
		if err != nil {
			return err
		}
		if v, err = s.publish(tx, &function, v, ""); err != nil {
			return err
		}
		return functions.Put(tx, function, n.key()...)
	})
	if err == nil {
		s.drop(n, Latest)
	}
	return v, err
}

// drop ends the warm environments of a version that changed or went.
func (s *Service) drop(n Name, version string) {
	if s.Runner != nil {
		s.Runner.Drop(n.ARN(), version)
	}
}

// Publish makes a version of what the latest one is. Where nothing has changed
// since the last one that is returned (API reference of PublishVersion).
func (s *Service) Publish(ctx context.Context, n Name, hash, revision, description string) (v Version, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if v, err = s.getVersion(tx, n, Latest); err != nil {
			return err
		}
		if err := mustMatch(revision, v.Revision); err != nil {
			return err
		}
		if hash != "" && hash != v.Package.SHA256 {
			return invalid("CodeSha256", "CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s). Please try again with the CodeSHA256 in $LATEST.", hash, v.Package.SHA256)
		}
		f, err := getFunction(tx, n)
		if err != nil {
			return err
		}
		if v, err = s.publish(tx, &f, v, description); err != nil {
			return err
		}
		return functions.Put(tx, f, n.key()...)
	})
	return v, err
}

// publish writes latest under the next number, and counts it in f, which the
// caller writes.
func (s *Service) publish(tx *catalog.Tx, f *Function, latest Version, description string) (Version, error) {
	if f.Published > 0 {
		last, err := s.lastVersion(tx, f.Name)
		if err != nil {
			return last, err
		}
		if last.Version != "" && last.Package == latest.Package && sameConfiguration(&last.Configuration, &latest.Configuration) {
			return last, nil
		}
	}
	f.Published++
	v := latest
	v.Version, v.Revision, v.Modified = number(f.Published), uuid.NewString(), s.now()
	if description != "" {
		v.Description = description
	}
	return v, s.putVersion(tx, v)
}

func sameConfiguration(a, b *Configuration) bool {
	x, y := *a, *b
	for _, c := range [...]*Configuration{&x, &y} {
		c.Description, c.Environment = "", nil
	}
	return maps.Equal(a.Environment, b.Environment) && reflect.DeepEqual(x, y)
}
