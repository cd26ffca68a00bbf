package otlp_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
)

// Conversations: "metrics" sends metrics, one a line, of the service shop, and
// "resource" whole resources, one a line; both say what was stored and what the
// answer is, if there is something in it. The time "T" is noon, "T-5m" five minutes
// before it.
func TestMapping(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata/mapping", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			h := newHouse()
			list := strings.Join(strings.Split(times(d.Input), "\n"), ",")
			body := `{"resourceMetrics":[` + list + `]}`
			if d.Cmd == "metrics" {
				body = `{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeMetrics":[{"metrics":[` + list + `]}]}]}`
			}
			w := h.json(body)
			out := h.take(t)
			if answer := text(w); w.Code != 200 || answer != "{}" {
				out += fmt.Sprintf("%d %s\n", w.Code, answer)
			}
			return out
		})
	})
}

var timeWord = regexp.MustCompile(`"T([-+][0-9]+[a-z]+)?"`)

// times puts nanoseconds in place of words.
func times(text string) string {
	return timeWord.ReplaceAllStringFunc(text, func(word string) string {
		at := noon
		if d, err := time.ParseDuration(strings.Trim(word, `"T`)); err == nil {
			at = at.Add(d)
		}
		return `"` + strconv.FormatInt(at.UnixNano(), 10) + `"`
	})
}
