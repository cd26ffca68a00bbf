package sigv4

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"skywatch/internal/fault"
)

// Options change what a Verifier takes. The zero value is AWS's behaviour.
type Options struct {
	// AllowUnsignedPayload takes "UNSIGNED-PAYLOAD" in place of the body's
	// hash (cloudwatch.md section 2: behind a switch). Only sensible over TLS.
	AllowUnsignedPayload bool
	// HostAliases returns further names under which a request may have been
	// signed: a proxy's public host, or the AWS host that a client signs
	// whatever endpoint it is sent to (collectd-cloudwatch). Nil means that
	// only the received host counts. It must not depend on the access key.
	HostAliases func(Scope) []string
}

// Verifier checks signatures. It is safe for concurrent use.
type Verifier struct {
	opts Options
	keys keyCache
	// dummy stands in for the secret of an unknown key.
	dummy string
}

// New returns a Verifier.
func New(o Options) *Verifier {
	return &Verifier{opts: o, keys: keyCache{limit: cachedKeys}, dummy: rand.Text()}
}

// Identity is who signed a request.
type Identity struct {
	AccessKeyID string
	Account     string // the key's
	Scope       Scope
	SignedAt    time.Time
	Presigned   bool
}

// Verify says who signed r, or returns a fault of kind MissingAuth,
// IncompleteAuth, UnknownKey, BadSignature, ExpiredToken or Malformed.
func (v *Verifier) Verify(r *Request, lookup Lookup, now time.Time) (Identity, error) {
	q, err := parseQuery(r.RawQuery)
	if err != nil {
		return Identity{}, err
	}
	c, err := parseClaim(r, q)
	if err != nil {
		return Identity{}, err
	}
	if err := c.checkSignedHeaders(r); err != nil {
		return Identity{}, err
	}
	if err := c.checkTime(now); err != nil {
		return Identity{}, err
	}
	key, known := lookup(c.AccessKeyID)
	if !known {
		key = Key{Secret: v.dummy}
	}
	// Before the first look at known: unknown keys cost the same.
	good := v.matches(r, q, c, key)
	if err := c.judge(key, known, good, now); err != nil {
		return Identity{}, err
	}
	return Identity{c.AccessKeyID, key.Account, c.Scope, c.at, c.presigned}, nil
}

// judge orders the reasons to refuse: nothing about a key is told to somebody
// who does not hold its secret.
func (c *claim) judge(key Key, known, good bool, now time.Time) error {
	switch {
	case !known:
		return errUnknown()
	case !good:
		return fault.New(fault.BadSignature, "The request signature we calculated does not match the signature you provided. "+
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	case subtle.ConstantTimeCompare([]byte(c.token), []byte(key.SessionToken)) == 0:
		return errUnknown()
	case !key.Expires.IsZero() && !now.Before(key.Expires):
		return fault.New(fault.ExpiredToken, "The security token included in the request is expired")
	default:
		return nil
	}
}

func errUnknown() error {
	return fault.New(fault.UnknownKey, "The security token included in the request is invalid.")
}

// matches reports whether key made the signature, under any of the forms in
// which the request may have been signed.
func (v *Verifier) matches(r *Request, q query, c *claim, key Key) bool {
	payload, taken := v.payload(r, c)
	signing := v.keys.signingKey(c.Credential, key.Secret)
	canonicalQuery := q.canonical(c.presigned)
	for _, host := range v.hosts(r, c) {
		for _, path := range canonicalPaths(r.Path) {
			sum, complete := canonicalHash(r, c, path, host, canonicalQuery, payload)
			want := signature(signing, c, sum)
			if subtle.ConstantTimeCompare(want[:], c.signature[:]) == 1 {
				return taken && complete
			}
		}
	}
	return false
}

func (v *Verifier) hosts(r *Request, c *claim) []string {
	hosts := []string{r.Host}
	if v.opts.HostAliases != nil {
		hosts = append(hosts, v.opts.HostAliases(c.Scope)...)
	}
	return hosts
}

const unsignedPayload = "UNSIGNED-PAYLOAD"

// payload returns the hash of the body as it must have been signed; taken is
// false when the request claims another.
func (v *Verifier) payload(r *Request, c *claim) (hash string, taken bool) {
	hash = hex.EncodeToString(r.Payload[:])
	switch {
	case c.payload == "" || c.payload == hash:
		return hash, true
	case c.payload == unsignedPayload && v.opts.AllowUnsignedPayload:
		return unsignedPayload, true
	default:
		return c.payload, false
	}
}

// checkSignedHeaders holds that the signature covers host and every x-amz-*
// header present: the real service refuses an unsigned x-amz-target or
// x-amz-date (cloudwatch.md section 2, inferred for the rest).
func (c *claim) checkSignedHeaders(r *Request) error {
	if !slices.Contains(c.signedHeaders, "host") {
		return fault.New(fault.BadSignature, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
	}
	for name := range r.Header {
		if strings.HasPrefix(name, "X-Amz-") && !slices.Contains(c.signedHeaders, strings.ToLower(name)) {
			return fault.New(fault.BadSignature, "'%s' must be a 'SignedHeader' in the AWS Authorization.", clip(name))
		}
	}
	return nil
}
