package query

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// tokens makes paging tokens: where to go on, authenticated together with the
// tenant and the request that they belong to. A token that was altered, or that
// comes with another request, another tenant or another operation, is refused.
type tokens struct{ key []byte }

// tokenVersion is the first byte of every token; a token of another version is
// refused, and the client begins again.
const tokenVersion = 1

// request is what a token is bound to.
type request struct {
	Operation string
	Tenant    metric.Tenant
	Input     any // the input without its token, made of exported plain fields
}

func (t tokens) seal(r request, state []byte) string {
	b := append([]byte{tokenVersion}, state...)
	return base64.RawURLEncoding.EncodeToString(append(b, t.mac(r, b)...))
}

func (t tokens) open(r request, token string) (state []byte, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) < 1+sha256.Size || b[0] != tokenVersion {
		return nil, invalidToken()
	}
	signed, mac := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if !hmac.Equal(mac, t.mac(r, signed)) {
		return nil, invalidToken()
	}
	return signed[1:], nil
}

func (t tokens) mac(r request, signed []byte) []byte {
	h := hmac.New(sha256.New, t.key)
	if err := json.NewEncoder(h).Encode(r); err != nil {
		panic(fmt.Sprintf("query: request of %s cannot be encoded: %v", r.Operation, err)) // plain fields always can
	}
	h.Write(signed)
	return h.Sum(nil)
}

func invalidToken() error {
	return fault.New(fault.InvalidToken, "The token supplied is not valid for this request.").On("NextToken")
}
