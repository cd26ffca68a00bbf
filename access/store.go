package access

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"skywatch/internal/fault"
)

// Options are what a Store is opened with.
type Options struct {
	Records Records
	Sealer  *Sealer
	// Previous open records that Sealer did not seal: after a change of the
	// key file, until Rewrap is done.
	Previous []*Sealer
	Now      func() time.Time // nil means time.Now
}

// Store holds the access keys of a server. Lookup reads memory without a lock;
// changes are made durable first.
type Store struct {
	opts Options

	change sync.Mutex // held by what changes records and memory
	keys   atomic.Pointer[map[string]Credentials]
}

// Open reads all keys. A record that cannot be opened is an error: to serve
// without it would lock its owner out, and might turn enforcement off.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Store{opts: o}
	return s, s.Reload(ctx)
}

// Reload reads all keys again, after another process has changed them. Until
// it returns nil, Lookup sees the old ones.
func (s *Store) Reload(ctx context.Context) error {
	s.change.Lock()
	defer s.change.Unlock()
	records, err := s.opts.Records.All(ctx)
	if err != nil {
		return fmt.Errorf("read access keys: %w", err)
	}
	keys := make(map[string]Credentials, len(records))
	for _, r := range records {
		secret, err := s.open(r)
		if err != nil {
			return fmt.Errorf("access key %s: %w", r.ID, err)
		}
		keys[r.ID] = r.credentials(secret)
	}
	s.keys.Store(&keys)
	return nil
}

func (s *Store) open(r Record) (Secret, error) {
	for _, p := range s.opts.Previous {
		if p.Sealed(r.Sealed) {
			return p.Open(r.Sealed, r.ID, r.Account)
		}
	}
	return s.opts.Sealer.Open(r.Sealed, r.ID, r.Account)
}

// Create makes a key for an account. Its secret is shown here and never again.
func (s *Store) Create(ctx context.Context, account, description string) (Credentials, error) {
	if err := checkAccount(account); err != nil {
		return Credentials{}, err
	}
	if err := checkDescription(description); err != nil {
		return Credentials{}, err
	}
	s.change.Lock()
	defer s.change.Unlock()
	c := newCredentials(account, description, s.opts.Now())
	if err := s.opts.Records.Put(ctx, c.record(s.opts.Sealer)); err != nil {
		return Credentials{}, fmt.Errorf("keep access key: %w", err)
	}
	s.swap(func(keys map[string]Credentials) { keys[c.ID] = c })
	return c, nil
}

// Delete removes a key. What it signed is refused from then on.
func (s *Store) Delete(ctx context.Context, id string) error {
	s.change.Lock()
	defer s.change.Unlock()
	if _, ok := s.Lookup(id); !ok {
		return fault.New(fault.NotFound, "The Access Key with id %s cannot be found.", id)
	}
	if err := s.opts.Records.Delete(ctx, id); err != nil {
		return fmt.Errorf("delete access key %s: %w", id, err)
	}
	s.swap(func(keys map[string]Credentials) { delete(keys, id) })
	return nil
}

// swap replaces the map that Lookup reads by a changed copy.
func (s *Store) swap(change func(map[string]Credentials)) {
	keys := maps.Clone(*s.keys.Load())
	change(keys)
	s.keys.Store(&keys)
}

// Lookup finds a key by its id.
func (s *Store) Lookup(id string) (Credentials, bool) {
	c, ok := (*s.keys.Load())[id]
	return c, ok
}

// Any reports whether a key exists: from the first one on, signatures are
// enforced (Mode).
func (s *Store) Any() bool { return len(*s.keys.Load()) > 0 }

// List returns all keys, oldest first, without their secrets.
func (s *Store) List() []Key {
	keys := *s.keys.Load()
	out := make([]Key, 0, len(keys))
	for _, c := range keys {
		out = append(out, c.Key)
	}
	slices.SortFunc(out, func(a, b Key) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Rewrap seals every record anew that was not sealed by Options.Sealer, and
// returns how many there were. It can be stopped anywhere and run again; once
// it has returned nil, the previous key files are not needed any more.
func (s *Store) Rewrap(ctx context.Context) (int, error) {
	s.change.Lock()
	defer s.change.Unlock()
	records, err := s.opts.Records.All(ctx)
	if err != nil {
		return 0, fmt.Errorf("read access keys: %w", err)
	}
	done := 0
	for _, r := range records {
		if s.opts.Sealer.Sealed(r.Sealed) {
			continue
		}
		secret, err := s.open(r)
		if err != nil {
			return done, fmt.Errorf("access key %s: %w", r.ID, err)
		}
		r.Sealed = s.opts.Sealer.Seal(secret, r.ID, r.Account)
		if err := s.opts.Records.Put(ctx, r); err != nil {
			return done, fmt.Errorf("keep access key %s: %w", r.ID, err)
		}
		done++
	}
	return done, nil
}
