package alarms

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"skywatch/internal/fault"
)

// A paging token is where to go on, behind a digest of the request that it
// belongs to: with another request it is refused. It carries nothing that the
// client did not see, so it is not sealed with a key.

const digestBytes = 12

func digest(binding any) string {
	sum := sha256.Sum256([]byte(encode(binding)))
	return string(sum[:digestBytes])
}

func sealToken(binding any, at string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(digest(binding) + at))
}

// openToken returns where to go on; an empty token is the beginning.
func openToken(binding any, token string) (at string, err error) {
	if token == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(token)
	at, ok := strings.CutPrefix(string(b), digest(binding))
	if err != nil || !ok || at == "" {
		return "", fault.New(fault.InvalidToken, "Invalid NextToken : %s", token).On("NextToken") // (recorded)
	}
	return at, nil
}
