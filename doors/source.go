package doors

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/rules"
)

// SourceName names a source.
type SourceName struct {
	metric.Tenant
	Source string
}

func (n SourceName) parts() []string { return []string{n.Account, n.Region, n.Source} }

// Source is a system that sends signed webhooks.
type Source struct {
	SourceName `json:"-"`
	// ID tells a source from another one of its name that was there before.
	ID          string
	Kind        Kind
	Bus         string // where its events go
	EventSource string // the source of its events; empty: they have their own
	Created     time.Time
	Sealed      []byte // the secret
}

func (s *Source) binding() []string {
	return []string{"event source", s.Account, s.Region, s.Source, s.ID}
}

// sources are by (account, region, name).
var sources = catalog.Table[Source]{Name: "event-sources"}

// The bounds of sources; ours.
const (
	maxSources  = 100 // of an account and region
	leastSecret = 16  // characters
	mostSecret  = 256
)

var sourceName = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,64}$`)

// Wish is what Create is asked for. Bus, EventSource and Secret may be empty:
// the default bus, the kind's name, a secret that is made up.
type Wish struct {
	SourceName
	Kind                     Kind
	Bus, EventSource, Secret string
}

func (w *Wish) check() error {
	if w.Bus == "" {
		w.Bus = rules.DefaultBus
	}
	if w.Kind == CloudEventKind && w.EventSource != "" {
		return fault.New(fault.InvalidCombo, "EventSource may not be given for Kind cloudevents: each CloudEvent has its source.").On("EventSource")
	}
	if w.EventSource == "" && w.Kind != CloudEventKind {
		w.EventSource = string(w.Kind)
	}
	switch {
	case !sourceName.MatchString(w.Source):
		return fault.New(fault.InvalidValue, "Name must be 1 to 64 letters, digits, dots, dashes and underscores.").On("Name")
	case !w.Kind.known():
		return fault.New(fault.InvalidValue, "Kind must be one of %s.", strings.Join(kindNames(), ", ")).On("Kind")
	case strings.HasPrefix(w.EventSource, "aws.") || len(w.EventSource) > 256:
		return fault.New(fault.InvalidValue, "EventSource must not begin with aws. and not be longer than 256 characters.").On("EventSource")
	case w.Secret != "" && (len(w.Secret) < leastSecret || len(w.Secret) > mostSecret):
		return fault.New(fault.InvalidValue, "Secret must be of %d to %d characters.", leastSecret, mostSecret).On("Secret")
	case w.Kind == GitLab && !signs(w.Secret):
		return fault.New(fault.InvalidValue, "Secret begins with %s: a key in Base64 must follow.", standardPrefix).On("Secret")
	}
	return nil
}

// signs reports whether a secret of Standard Webhooks has a key; other secrets
// need none.
func signs(secret string) bool {
	text, ok := strings.CutPrefix(secret, standardPrefix)
	_, err := base64.StdEncoding.DecodeString(text)
	return !ok || err == nil && text != ""
}

// Create makes a source and returns it with its secret, which is not told
// again.
func (s *Service) Create(ctx context.Context, w Wish) (Source, string, error) {
	if err := w.check(); err != nil {
		return Source{}, "", err
	}
	if _, err := s.Rules.Bus(busOf(w.Tenant, w.Bus)); err != nil {
		return Source{}, "", err
	}
	secret := w.Secret
	if secret == "" {
		secret = makeSecret()
	}
	made := Source{SourceName: w.SourceName, ID: uuid.NewString(), Kind: w.Kind, Bus: w.Bus, EventSource: w.EventSource, Created: s.Now().UTC()}
	made.Sealed = s.Sealer.Seal(secret, made.binding()...)
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		all, err := list(tx, w.Tenant)
		if err != nil {
			return err
		}
		for i := range all {
			if all[i].Source == w.Source {
				return fault.New(fault.Conflict, "Source %s already exists.", w.Source)
			}
		}
		if len(all) >= maxSources {
			return fault.New(fault.LimitExceeded, "There are %d sources already; more are not allowed.", len(all))
		}
		return sources.Put(tx, made, made.parts()...)
	})
	return made, secret, err
}

// makeSecret returns 32 random bytes in the form of Standard Webhooks, which is
// also as good a text as any other.
func makeSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand
	return standardPrefix + base64.StdEncoding.EncodeToString(b[:])
}

// Sources lists the sources of an account and region by name.
func (s *Service) Sources(t metric.Tenant) (all []Source, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		all, err = list(r, t)
		return err
	})
	return all, err
}

func list(r catalog.Reader, t metric.Tenant) (all []Source, err error) {
	err = sources.Scan(r, catalog.Range{Prefix: []string{t.Account, t.Region}}, func(key []string, s Source) (bool, error) {
		s.SourceName = SourceName{t, key[2]}
		all = append(all, s)
		return true, nil
	})
	return all, err
}

// Source returns a source.
func (s *Service) Source(n SourceName) (src Source, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		src, err = find(r, n)
		return err
	})
	return src, err
}

func find(r catalog.Reader, n SourceName) (Source, error) {
	src, ok, err := sources.Get(r, n.parts()...)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "Source %s does not exist.", n.Source)
	}
	src.SourceName = n
	return src, err
}

// Delete removes a source: what it sends from then on is refused.
func (s *Service) Delete(ctx context.Context, n SourceName) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, err := find(tx, n); err != nil {
			return err
		}
		return sources.Delete(tx, n.parts()...)
	})
}

func (s *Service) secret(src *Source) (string, error) {
	secret, err := s.Sealer.Open(src.Sealed, src.binding()...)
	if err != nil {
		return "", fmt.Errorf("open secret of source %s: %w", src.Source, err)
	}
	return secret, nil
}
