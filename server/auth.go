package server

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"time"

	"skywatch/access"
	"skywatch/api"
	"skywatch/api/sigv4"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// auth says who sent a request: by its signature where signatures are
// enforced, and the default account otherwise.
type auth struct {
	keys     *access.Store
	verifier *sigv4.Verifier
	mode     access.Mode // Keys is asked of keys
	hosts    access.Hosts
	fallback metric.Tenant
	// machine is the clock of signatures.
	machine func() time.Time

	// The process key signs what this process sends to itself; it is made
	// anew at every start and kept nowhere.
	processID, processSecret string
}

func newAuth(keys *access.Store, mode access.Mode, hosts access.Hosts, fallback metric.Tenant, machine func() time.Time) *auth {
	var id, secret [16]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand
	_, _ = rand.Read(secret[:])
	return &auth{
		keys: keys, verifier: sigv4.New(sigv4.Options{}), mode: mode, hosts: hosts, fallback: fallback, machine: machine,
		processID: "SKYWATCHPROCESS" + hex.EncodeToString(id[:]), processSecret: hex.EncodeToString(secret[:]),
	}
}

func (a *auth) now() access.Mode {
	m := a.mode
	m.Keys = a.keys.Any()
	return m
}

// Authenticate implements api.Authenticator.
func (a *auth) Authenticate(r *http.Request, body []byte, allowUnsigned bool) (api.Caller, error) {
	mode := a.now()
	if mode.Guarded() {
		if err := access.GuardBrowser(r, a.hosts); err != nil {
			return api.Caller{}, err
		}
	}
	signed := sigv4.RequestOf(r, body)
	judge := a.claimed
	if mode.Enforced() {
		judge = func(r *sigv4.Request) (api.Caller, error) { return a.verify(r, allowUnsigned) }
	}
	c, err := judge(signed)
	c.Payload = signed.Payload
	return c, err
}

// holds reports whether a caller who was let in would be still: what goes on
// for long asks again.
func (a *auth) holds(c api.Caller) bool {
	if !a.now().Enforced() {
		return true
	}
	_, ok := a.lookup(c.AccessKeyID)
	return c.Verified && ok
}

func (a *auth) verify(r *sigv4.Request, allowUnsigned bool) (api.Caller, error) {
	if allowUnsigned {
		if _, found, err := sigv4.ParseScope(r); !found && err == nil {
			return api.Caller{Tenant: a.fallback}, nil
		}
	}
	id, err := a.verifier.Verify(r, a.lookup, a.machine())
	if err != nil {
		return api.Caller{}, err
	}
	if !regionPattern.MatchString(id.Scope.Region) {
		return api.Caller{}, fault.New(fault.BadSignature, "Credential should be scoped to a valid region.")
	}
	return api.Caller{
		Tenant: metric.Tenant{Account: id.Account, Region: id.Scope.Region}, AccessKeyID: id.AccessKeyID,
		Service: id.Scope.Service, Signed: true, Verified: true,
	}, nil
}

func (a *auth) lookup(id string) (sigv4.Key, bool) {
	if id == a.processID {
		return sigv4.Key{Account: a.fallback.Account, Secret: a.processSecret}, true
	}
	c, ok := a.keys.Lookup(id)
	return sigv4.Key{Account: c.Account, Secret: c.Secret.Reveal()}, ok
}

// claimed takes a signature's word for the region and nothing else. In local
// mode any signature will do, also one that cannot be read.
func (a *auth) claimed(r *sigv4.Request) (api.Caller, error) {
	c, found, err := sigv4.ParseScope(r)
	if err != nil {
		return api.Caller{Tenant: a.fallback}, nil
	}
	out := api.Caller{Tenant: a.fallback, AccessKeyID: c.AccessKeyID, Service: c.Service, Signed: found}
	if found && regionPattern.MatchString(c.Region) {
		out.Region = c.Region
	}
	return out, nil
}
