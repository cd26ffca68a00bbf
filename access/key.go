package access

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"time"
	"unicode"
	"unicode/utf8"

	"skywatch/internal/fault"
)

// Key is what may be shown of an access key.
type Key struct {
	ID          string // AKIA and 16 characters
	Account     string // twelve digits
	Description string
	Created     time.Time // UTC, whole milliseconds
}

// Credentials are a Key with its secret.
type Credentials struct {
	Key
	Secret Secret
}

// Record is an access key as it is kept. Its JSON is part of the on-disk
// format: fields are only added.
type Record struct {
	ID            string `json:"id"`
	Account       string `json:"account"`
	Description   string `json:"description,omitempty"`
	CreatedMillis int64  `json:"created"` // since the Unix epoch
	Sealed        []byte `json:"sealed"`  // the secret, bound to id and account
}

// Records keeps what a Store knows, by Record.ID. Put and Delete return nil
// only when the change is durable.
type Records interface {
	Put(ctx context.Context, r Record) error
	Delete(ctx context.Context, id string) error
	All(ctx context.Context) ([]Record, error)
}

// maxDescription is ours, in characters.
const maxDescription = 256

// newCredentials draws an id of AWS's form (80 random bits; it is no secret)
// and a secret of 40 characters (240 random bits).
func newCredentials(account, description string, now time.Time) Credentials {
	var id [10]byte
	var secret [30]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand
	_, _ = rand.Read(secret[:])
	return Credentials{
		Key: Key{
			ID:          "AKIA" + base32.StdEncoding.EncodeToString(id[:]),
			Account:     account,
			Description: description,
			Created:     now.UTC().Truncate(time.Millisecond),
		},
		Secret: NewSecret(base64.StdEncoding.EncodeToString(secret[:])),
	}
}

func (c Credentials) record(s *Sealer) Record {
	return Record{
		ID:            c.ID,
		Account:       c.Account,
		Description:   c.Description,
		CreatedMillis: c.Created.UnixMilli(),
		Sealed:        s.Seal(c.Secret, c.ID, c.Account),
	}
}

func (r Record) credentials(secret Secret) Credentials {
	return Credentials{
		Key:    Key{r.ID, r.Account, r.Description, time.UnixMilli(r.CreatedMillis).UTC()},
		Secret: secret,
	}
}

func checkAccount(account string) error {
	ok := len(account) == 12
	for _, c := range account {
		ok = ok && '0' <= c && c <= '9'
	}
	if !ok {
		return fault.New(fault.InvalidValue, "The account must be twelve digits.").On("Account")
	}
	return nil
}

func checkDescription(s string) error {
	ok := utf8.ValidString(s) && utf8.RuneCountInString(s) <= maxDescription
	for _, c := range s {
		ok = ok && unicode.IsPrint(c)
	}
	if !ok {
		return fault.New(fault.InvalidValue, "The description must be at most %d printable characters.", maxDescription).On("Description")
	}
	return nil
}
