package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"text/template"
	"unicode/utf8"
)

// spendName is what counts the steps.
const spendName = "skywatch_spend"

// work is what one run of a template has done so far.
type work struct{ steps int }

func (w *work) spend(n int) error {
	if w.steps += max(n, 0); w.steps > maxSteps {
		return errWork
	}
	return nil
}

// made accounts for a text that a function made.
func (w *work) made(s string) (string, error) {
	if len(s) > maxOutput {
		return "", errOutput
	}
	return s, w.spend(1 + len(s)/textStep)
}

// functions are those that templates have: json, short and get, and in place of those
// of text/template that make texts, the same within the bounds.
func functions(w *work) template.FuncMap {
	return template.FuncMap{
		spendName: func(n int) (string, error) { return "", w.spend(n) },
		"json": func(v any) (string, error) {
			s, err := compact(v)
			if err != nil {
				return "", err
			}
			return w.made(s)
		},
		"get":      get,
		"short":    func(n int, s string) (string, error) { return w.made(shorten(s, n)) },
		"print":    func(a ...any) (string, error) { return w.made(fmt.Sprint(a...)) },
		"println":  func(a ...any) (string, error) { return w.made(fmt.Sprintln(a...)) },
		"printf":   w.printf,
		"html":     func(a ...any) (string, error) { return w.made(template.HTMLEscaper(a...)) },
		"js":       func(a ...any) (string, error) { return w.made(template.JSEscaper(a...)) },
		"urlquery": func(a ...any) (string, error) { return w.made(template.URLQueryEscaper(a...)) },
	}
}

// wide are the verbs of a format that ask for more than a template needs: widths
// and precisions of three digits, from arguments, and indexes.
var wide = regexp.MustCompile(`[0-9]{3}|[*\[]`)

func (w *work) printf(format string, a ...any) (string, error) {
	if wide.MatchString(format) {
		return "", errors.New("a format here has widths and precisions of at most two digits, and no * or [")
	}
	return w.made(fmt.Sprintf(format, a...))
}

// get is what stands in JSON at a path of names and places, and an empty text
// where there is nothing: for what a message may not have.
func get(v any, path ...any) any {
	for _, step := range path {
		switch at := v.(type) {
		case map[string]any:
			name, _ := step.(string)
			v = at[name]
		case []any:
			i, ok := step.(int)
			if v = nil; ok && i >= 0 && i < len(at) {
				v = at[i]
			}
		default:
			v = nil
		}
	}
	if v == nil {
		return ""
	}
	return v
}

// compact writes JSON as it is, without the escapes that are for HTML.
func compact(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", fmt.Errorf("encode body: %w", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// shorten cuts a text to so many characters, the last three being dots where
// something is missing.
func shorten(s string, limit int) string {
	const dots = "..."
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	runes := []rune(s)
	if limit <= len(dots) {
		return string(runes[:max(limit, 0)])
	}
	return string(runes[:limit-len(dots)]) + dots
}
