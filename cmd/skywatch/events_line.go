package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
)

// shortDetail is how many characters of a detail a line has.
const shortDetail = 120

// eventLine makes text for a person of an event as the server tells it.
func eventLine(data []byte, full bool) ([]byte, error) {
	var told tailEvent
	if err := json.Unmarshal(data, &told); err != nil {
		return nil, err
	}
	var e struct {
		Time, Source, ID string
		DetailType       string `json:"detail-type"`
		Detail           json.RawMessage
	}
	if err := json.Unmarshal(told.Event, &e); err != nil {
		return nil, err
	}
	rules := "[" + strings.Join(told.Rules, ", ") + "]"
	fields := []string{e.Time, e.Source, e.DetailType, e.ID, rules}
	if !full {
		fields = append(fields, cutText(string(e.Detail), shortDetail))
	}
	text := printable(strings.Join(fields, "  ")) + "\n"
	if full {
		var detail bytes.Buffer
		if err := json.Indent(&detail, e.Detail, "  ", "  "); err != nil {
			return nil, err
		}
		for line := range strings.Lines("  " + detail.String()) {
			text += printable(strings.TrimSuffix(line, "\n")) + "\n"
		}
	}
	return []byte(text), nil
}

// cutText keeps the first n characters.
func cutText(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}

// printable takes away what an event of somebody else could do to a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
