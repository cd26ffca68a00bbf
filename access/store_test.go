package access_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/access"
	"skywatch/internal/fault"
)

// memory is Records in a map, as JSON, as the catalog keeps them.
type memory struct {
	mu   sync.Mutex
	recs map[string]string
	fail error // returned by writes
	left int   // writes before fail, if fail is set
}

func (m *memory) Put(_ context.Context, r access.Record) error {
	return m.write(func() error {
		b, err := json.Marshal(r)
		m.recs[r.ID] = string(b)
		return err
	})
}

func (m *memory) Delete(_ context.Context, id string) error {
	return m.write(func() error { delete(m.recs, id); return nil })
}

func (m *memory) write(f func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		if m.left == 0 {
			return m.fail
		}
		m.left--
	}
	return f()
}

func (m *memory) All(context.Context) (out []access.Record, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(m.recs)) {
		var r access.Record
		err = errors.Join(err, json.Unmarshal([]byte(m.recs[id]), &r))
		out = append(out, r)
	}
	return out, err
}

const account = "111122223333"

var morning = time.Date(2026, 11, 22, 6, 0, 0, 123e6, time.UTC)

func sealer(t *testing.T) *access.Sealer {
	t.Helper()
	s, err := access.NewSealer(access.NewSealingKey())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fixture is a Store over a memory, with a clock that moves by a second a look.
func fixture(t *testing.T) (*access.Store, *memory, access.Options) {
	t.Helper()
	m := &memory{recs: map[string]string{}}
	now := morning
	o := access.Options{Records: m, Sealer: sealer(t), Now: func() time.Time {
		now = now.Add(time.Second)
		return now
	}}
	return reopen(t, o), m, o
}

func reopen(t *testing.T, o access.Options) *access.Store {
	t.Helper()
	s, err := access.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func create(t *testing.T, s *access.Store, description string) access.Credentials {
	t.Helper()
	c, err := s.Create(t.Context(), account, description)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLifeOfAKey(t *testing.T) {
	t.Parallel()
	s, _, o := fixture(t)
	if s.Any() {
		t.Error("a new store has keys")
	}
	a, b := create(t, s, "laptop of é"), create(t, s, "")
	for _, s := range []*access.Store{s, reopen(t, o)} {
		if d := cmp.Diff([]access.Key{a.Key, b.Key}, s.List()); d != "" {
			t.Error(d)
		}
		if got, ok := s.Lookup(a.ID); !ok || got != a {
			t.Errorf("Lookup = %+v, %v", got, ok)
		}
		if got, ok := s.Lookup("AKIANOBODY"); ok || got != (access.Credentials{}) {
			t.Errorf("Lookup of nobody = %+v, %v", got, ok)
		}
	}
	if err := s.Delete(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), a.ID); !fault.Is(err, fault.NotFound) ||
		err.Error() != "The Access Key with id "+a.ID+" cannot be found." {
		t.Errorf("second Delete: %v", err)
	}
	for _, s := range []*access.Store{s, reopen(t, o)} {
		if _, ok := s.Lookup(a.ID); ok || !s.Any() || len(s.List()) != 1 {
			t.Error("the deleted key is still there, or the other is not")
		}
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	s, _, o := fixture(t)
	other := reopen(t, o)
	c := create(t, other, "made by another process")
	if _, ok := s.Lookup(c.ID); ok {
		t.Fatal("seen without Reload")
	}
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, ok := s.Lookup(c.ID); !ok || got != c {
		t.Error("not seen after Reload")
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	s, _, _ := fixture(t)
	ids, secrets := map[string]bool{}, map[string]bool{}
	id := regexp.MustCompile(`^AKIA[A-Z2-7]{16}$`)
	secret := regexp.MustCompile(`^[A-Za-z0-9+/]{40}$`)
	for range 200 {
		c := create(t, s, "")
		if !id.MatchString(c.ID) || !secret.MatchString(c.Secret.Reveal()) {
			t.Fatalf("%s %s", c.ID, c.Secret.Reveal())
		}
		ids[c.ID], secrets[c.Secret.Reveal()] = true, true
	}
	if len(ids) != 200 || len(secrets) != 200 {
		t.Error("keys repeat")
	}
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	s, m, _ := fixture(t)
	tests := []struct{ account, description, param string }{
		{"", "", "Account"},
		{"11112222333", "", "Account"},
		{"1111222233334", "", "Account"},
		{"11112222333x", "", "Account"},
		{account, strings.Repeat("x", 257), "Description"},
		{account, "two\nlines", "Description"},
		{account, "\xff", "Description"},
	}
	for _, tt := range tests {
		_, err := s.Create(t.Context(), tt.account, tt.description)
		if f := fault.Of(err); f == nil || f.Kind != fault.InvalidValue || f.Param != tt.param {
			t.Errorf("%+v: %v", tt, err)
		}
	}
	if len(m.recs) != 0 || s.Any() {
		t.Error("a refused key was kept")
	}
}

// TestFailedWrites holds that memory never runs ahead of what is durable.
func TestFailedWrites(t *testing.T) {
	t.Parallel()
	s, m, _ := fixture(t)
	c := create(t, s, "")
	m.fail = errors.New("disk full")
	if _, err := s.Create(t.Context(), account, ""); !errors.Is(err, m.fail) {
		t.Errorf("Create: %v", err)
	}
	if err := s.Delete(t.Context(), c.ID); !errors.Is(err, m.fail) {
		t.Errorf("Delete: %v", err)
	}
	if l := s.List(); len(l) != 1 || l[0] != c.Key {
		t.Errorf("List = %v", l)
	}
}

// TestTampering changes records at rest: the store must not open.
func TestTampering(t *testing.T) {
	t.Parallel()
	_, m, o := fixture(t)
	s := reopen(t, o)
	a, b := create(t, s, "a"), create(t, s, "b")
	good := maps.Clone(m.recs)
	bend := map[string]func(x, y *access.Record){
		"another account": func(x, _ *access.Record) { x.Account = "999999999999" },
		"secrets swapped": func(x, y *access.Record) { x.Sealed, y.Sealed = y.Sealed, x.Sealed },
		"empty":           func(x, _ *access.Record) { x.Sealed = nil },
		"another format":  func(x, _ *access.Record) { x.Sealed[0]++ },
		"another key":     func(x, _ *access.Record) { x.Sealed[1]++ },
		"nonce":           func(x, _ *access.Record) { x.Sealed[9]++ },
		"ciphertext":      func(x, _ *access.Record) { x.Sealed[21]++ },
		"tag":             func(x, _ *access.Record) { x.Sealed[len(x.Sealed)-1]++ },
		"cut":             func(x, _ *access.Record) { x.Sealed = x.Sealed[:9] },
	}
	for name, f := range bend {
		m.recs = maps.Clone(good)
		var x, y access.Record
		for id, r := range map[string]*access.Record{a.ID: &x, b.ID: &y} {
			if err := json.Unmarshal([]byte(m.recs[id]), r); err != nil {
				t.Fatal(err)
			}
		}
		f(&x, &y)
		if err := errors.Join(m.Put(t.Context(), x), m.Put(t.Context(), y)); err != nil {
			t.Fatal(err)
		}
		if _, err := access.Open(t.Context(), o); err == nil {
			t.Errorf("%s: opened", name)
		} else if !strings.Contains(err.Error(), "AKIA") {
			t.Errorf("%s: the error names no key: %v", name, err)
		}
	}
}

// TestRewrap changes the key file, stops the re-wrap after each number of
// writes, and finishes it after a restart.
func TestRewrap(t *testing.T) {
	t.Parallel()
	for stop := range 4 {
		t.Run(fmt.Sprint("stopped after ", stop), func(t *testing.T) {
			t.Parallel()
			s, m, o := fixture(t)
			want := []access.Credentials{create(t, s, "a"), create(t, s, "b"), create(t, s, "c")}
			old := o.Sealer
			o.Sealer, o.Previous = sealer(t), []*access.Sealer{old}
			m.fail, m.left = errors.New("stopped"), stop
			n, err := reopen(t, o).Rewrap(t.Context())
			if n != stop || (err == nil) != (stop == 3) {
				t.Fatalf("Rewrap = %d, %v", n, err)
			}
			m.fail = nil
			n, err = reopen(t, o).Rewrap(t.Context())
			if n != 3-stop || err != nil {
				t.Fatalf("second Rewrap = %d, %v", n, err)
			}
			o.Previous = nil
			s = reopen(t, o)
			for _, c := range want {
				if got, ok := s.Lookup(c.ID); !ok || got != c {
					t.Errorf("%s: %+v, %v", c.ID, got, ok)
				}
			}
			o.Sealer = old
			if _, err := access.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "another key file") {
				t.Errorf("the old key still opens: %v", err)
			}
		})
	}
}

// TestNothingShowsASecret prints everything that holds a secret in every way
// and looks for it, and for the sealing key, in what is kept.
func TestNothingShowsASecret(t *testing.T) {
	t.Parallel()
	s, m, o := fixture(t)
	c := create(t, s, "")
	canary := c.Secret.Reveal()
	var out strings.Builder
	log := slog.New(slog.NewJSONHandler(&out, nil))
	text := slog.New(slog.NewTextHandler(&out, nil))
	key := access.NewSealingKey()
	type holder struct{ secret access.Secret }
	for _, v := range []any{c, &c, holder{c.Secret}, c.Secret, &c.Secret, []access.Credentials{c}, map[string]access.Secret{"x": c.Secret}, s.List()} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&out, verb, v)
		}
		log.Info("x", "v", v)
		text.Info("x", "v", v)
		if b, err := json.Marshal(v); err == nil {
			out.Write(b)
		}
	}
	fmt.Fprintf(&out, "%v %+v %#v %d %x", key, key, &key, key, key)
	if keyText := fmt.Sprintf("%d", key); keyText != "[hidden]" {
		t.Errorf("the sealing key prints as %s", keyText)
	}
	for _, rec := range m.recs {
		out.WriteString(rec)
	}
	m.fail = errors.New("disk full")
	fmt.Fprint(&out, s.Delete(t.Context(), c.ID))
	o.Sealer = sealer(t)
	_, err := access.Open(t.Context(), o)
	fmt.Fprint(&out, err)
	for _, form := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprint([]byte(canary))} {
		if strings.Contains(out.String(), form) {
			t.Errorf("the secret is shown:\n%s", out.String())
		}
	}
	if !strings.Contains(out.String(), "[hidden]") {
		t.Error("nothing was hidden: the test looks at the wrong things")
	}
}

// TestConcurrentUse is for the race detector.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	s, _, _ := fixture(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				c, err := s.Create(context.Background(), account, "")
				if err != nil {
					t.Error(err)
					return
				}
				if got, ok := s.Lookup(c.ID); !ok || got != c {
					t.Error("a key made is not there")
				}
				if err := s.Delete(context.Background(), c.ID); err != nil {
					t.Error(err)
				}
				s.List()
			}
		})
	}
	wg.Wait()
	if s.Any() {
		t.Error("keys are left")
	}
}

func BenchmarkLookup(b *testing.B) {
	sealer, err := access.NewSealer(access.NewSealingKey())
	if err != nil {
		b.Fatal(err)
	}
	s, err := access.Open(b.Context(), access.Options{Records: &memory{recs: map[string]string{}}, Sealer: sealer})
	if err != nil {
		b.Fatal(err)
	}
	c, err := s.Create(b.Context(), account, "")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := s.Lookup(c.ID); !ok {
			b.Fatal("lost")
		}
	}
}
