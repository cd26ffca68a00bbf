package mail

import (
	"strings"
	"unicode/utf8"
)

// State colours a sheet.
type State string

// The states, in CloudWatch's words.
const (
	Alarm            State = "ALARM"
	OK               State = "OK"
	InsufficientData State = "INSUFFICIENT_DATA"
)

// Sheet is a mail about something whose parts are known. Both forms of the mail
// are made of it, so that they say the same.
type Sheet struct {
	// Title stands above the HTML form, behind the state.
	Title string
	State State
	// Lead and Words are paragraphs.
	Lead, Words string
	Sections    []Section
}

// Section is a part of a sheet with a title.
type Section struct {
	Title string
	Rows  []Row
}

// Row is something with a name.
type Row struct{ Name, Value string }

// Colour is that of the state.
func (s *Sheet) Colour() string {
	switch s.State {
	case Alarm:
		return "#b3261e"
	case OK:
		return "#1b7f37"
	}
	return "#6b6b6b"
}

// text is the plain form.
func (s *Sheet) text() string {
	var b strings.Builder
	b.WriteString(s.Lead + "\n")
	if s.Words != "" {
		b.WriteString("\n" + s.Words + "\n")
	}
	for _, part := range s.Sections {
		b.WriteString("\n" + part.Title + "\n")
		widest := 0
		for _, r := range part.Rows {
			widest = max(widest, utf8.RuneCountInString(r.Name))
		}
		for _, r := range part.Rows {
			pad := strings.Repeat(" ", widest-utf8.RuneCountInString(r.Name))
			b.WriteString("- " + r.Name + ": " + pad + r.Value + "\n")
		}
	}
	return b.String()
}
