package scheduler

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// tokensKept is how long a client token is remembered (inferred: AWS publishes
// no time): much longer than an SDK goes on trying.
const tokensKept = time.Hour

// forgottenAtOnce bounds how many tokens that are too old one request forgets;
// more than it adds, so that they do not pile up.
const forgottenAtOnce = 4

// request is one request of a client, which may come twice.
type request struct {
	metric.Tenant
	operation string
	token     string // empty: it has none
	input     any    // what the token stands for, beside the resource
	resource  string
}

// tokens holds a hash of the request that came with a token, by (account,
// region, operation, token); tokenTimes their keys in the order of time.
var (
	tokens     = catalog.Table[string]{Name: "schedule-tokens"}
	tokenTimes = catalog.Table[struct{}]{Name: "schedule-token-times"}
)

// once commits fn unless the same request was carried out before.
func (s *Service) once(ctx context.Context, r request, fn func(*catalog.Tx) error) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if r.token == "" {
			return fn(tx)
		}
		hash, err := r.hash()
		if err != nil {
			return err
		}
		key := []string{r.Account, r.Region, r.operation, r.token}
		switch before, seen, err := tokens.Get(tx, key...); {
		case err != nil || before == hash:
			return err
		case seen:
			return fault.New(fault.Conflict, "The client token %s was used before, for another request.", r.token) // wording (inferred)
		}
		if err := fn(tx); err != nil {
			return err
		}
		now := s.now()
		if err := forget(tx, now.Add(-tokensKept)); err != nil {
			return err
		}
		if err := tokens.Put(tx, hash, key...); err != nil {
			return err
		}
		return tokenTimes.Put(tx, struct{}{}, append([]string{catalog.TimePart(now)}, key...)...)
	})
}

func (r request) hash() (string, error) {
	b, err := json.Marshal([]any{r.resource, r.input})
	if err != nil {
		return "", fmt.Errorf("encode request: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// forget removes some tokens from before a time.
func forget(tx *catalog.Tx, before time.Time) error {
	var old [][]string
	err := tokenTimes.Scan(tx, catalog.Range{}, func(key []string, _ struct{}) (bool, error) {
		if key[0] >= catalog.TimePart(before) {
			return false, nil
		}
		old = append(old, slices.Clone(key))
		return len(old) < forgottenAtOnce, nil
	})
	for _, key := range old {
		if err == nil {
			err = tokenTimes.Delete(tx, key...)
		}
		if err == nil {
			err = tokens.Delete(tx, key[1:]...)
		}
	}
	return err
}
