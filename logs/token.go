package logs

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"

	"skywatch/journal"
)

// A place is a gap between events, so that a token stays good whatever comes or
// goes: what is read forwards begins at it, what is read backwards ends before
// it. As a token it has AWS's form, "f/.../s" to read forwards from it and
// "b/.../s" to read backwards.
type place = journal.Position

const (
	forwards  = "f/"
	backwards = "b/"
	tokenEnd  = "/s"
)

func writePlace(direction string, p place) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(p.Time.UnixMilli()))
	return direction + base64.RawURLEncoding.EncodeToString(append(raw, p.ID...)) + tokenEnd
}

func readPlace(token string) (direction string, p place, err error) {
	if len(token) < len(forwards)+len(tokenEnd) {
		return "", p, badToken()
	}
	direction, token = token[:len(forwards)], token[len(forwards):]
	token, ok := strings.CutSuffix(token, tokenEnd)
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if !ok || err != nil || len(raw) < 8 || direction != forwards && direction != backwards {
		return "", p, badToken()
	}
	return direction, place{Time: time.UnixMilli(int64(binary.BigEndian.Uint64(raw))).UTC(), ID: string(raw[8:])}, nil
}

// behind is the place right behind a record.
func behind(p journal.Position) place { return place{Time: p.Time, ID: p.ID + "\x00"} }

func badToken() error { return invalid("nextToken", "The specified nextToken is invalid.") }
