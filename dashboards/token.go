package dashboards

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"skywatch/internal/fault"
)

// binding is the request that a paging token belongs to: with another one it is
// refused. A token carries nothing that the client did not see, so it is not
// sealed with a key.
type binding struct{ account, prefix string }

const digestBytes = 12

func (b binding) digest() string {
	sum := sha256.Sum256([]byte("ListDashboards\x00" + b.account + "\x00" + b.prefix))
	return string(sum[:digestBytes])
}

// seal makes the token of the page behind a name.
func (b binding) seal(after string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(b.digest() + after))
}

// open returns the name behind which to go on; an empty token is the beginning.
func (b binding) open(token string) (after string, err error) {
	if token == "" {
		return "", nil
	}
	text, err := base64.RawURLEncoding.DecodeString(token)
	after, ok := strings.CutPrefix(string(text), b.digest())
	if err != nil || !ok || after == "" { // as for alarms (recorded there)
		return "", fault.New(fault.InvalidToken, "Invalid NextToken : %s", token).On("NextToken")
	}
	return after, nil
}
