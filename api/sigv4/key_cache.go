package sigv4

import (
	"strings"
	"sync"
)

// cachedKeys is how many signing keys one generation of the cache holds.
const cachedKeys = 4096

// cacheKey names a signing key. It holds the claimed id even where the key is
// unknown, so that probing an id twice costs the same whether it exists or
// not; and the secret, so that a new secret never meets an old signing key.
type cacheKey struct {
	id, secret string
	scope      Scope
}

// keyCache remembers derived keys in two generations: when the young one is
// full it becomes the old one, and the old one is dropped. So it holds at
// most 2*limit entries, and what is in use stays.
type keyCache struct {
	limit int

	mu         sync.RWMutex
	young, old map[cacheKey]signingKey
}

// signingKey returns the key of c's scope, derived from secret.
func (kc *keyCache) signingKey(c Credential, secret string) signingKey {
	id := cacheKey{c.AccessKeyID, secret, c.Scope}
	kc.mu.RLock()
	k, young := kc.young[id]
	old := false
	if !young {
		k, old = kc.old[id]
	}
	kc.mu.RUnlock()
	if young {
		return k
	}
	if !old {
		k = deriveKey(secret, c.Scope)
	}
	kc.keep(id, k)
	return k
}

func (kc *keyCache) keep(id cacheKey, k signingKey) {
	// The claim is cut from the request's headers: keep only the part.
	id.id = strings.Clone(id.id)
	id.scope = Scope{strings.Clone(id.scope.Date), strings.Clone(id.scope.Region), strings.Clone(id.scope.Service)}
	kc.mu.Lock()
	defer kc.mu.Unlock()
	if kc.young == nil || len(kc.young) >= kc.limit {
		kc.old, kc.young = kc.young, make(map[cacheKey]signingKey)
	}
	kc.young[id] = k
}
