package pattern

import (
	"fmt"
	"unicode/utf8"

	"skywatch/internal/fault"
)

// Subject is the fault.Error.Subject of every refusal by Compile.
const Subject = "event pattern"

// maxQuoted is how much of a pattern a refusal repeats. (inferred: the
// service's JSON library cuts there.)
const maxQuoted = 500

// refusal says why a pattern is refused, in the words of AWS's engine.
type refusal struct {
	reason  string
	located bool
	at      int // byte offset that the reader had come to
}

func (r *refusal) Error() string { return r.reason }

func refuse(format string, args ...any) *refusal {
	return &refusal{reason: fmt.Sprintf(format, args...)}
}

// fault gives the refusal of the pattern src its final text.
func (r *refusal) fault(src []byte) *fault.Error {
	text := "Event pattern is not valid. Reason: " + r.reason
	if r.located {
		text += "\n at " + place(src, r.at)
	}
	return &fault.Error{Kind: fault.InvalidValue, Subject: Subject, Message: text}
}

// place words a position as the service does.
func place(src []byte, at int) string {
	line, column := 1, 1
	for _, r := range string(src[:min(at, len(src))]) {
		column++
		if r > 0xffff {
			column++ // columns count UTF-16 units
		}
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return fmt.Sprintf("[Source: (String)%s; line: %d, column: %d]", quoted(src), line, column)
}

func quoted(src []byte) string {
	if n := utf8.RuneCount(src); n > maxQuoted {
		return fmt.Sprintf("\"%s\"[truncated %d chars]", string([]rune(string(src))[:maxQuoted]), n-maxQuoted)
	}
	return `"` + string(src) + `"`
}
