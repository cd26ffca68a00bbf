package mail

import (
	"bytes"
	"html/template"
	"net/mail"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Message is one mail.
type Message struct {
	// ID is the same for each attempt; it becomes the Message-ID.
	ID string
	// Name is shown as the sender's; empty: the address alone.
	Name        string
	To, Subject string
	Text        string
	// Link stands below the text, under the words Says in the HTML form.
	Link, Says string
	// Alone says that there is no HTML form.
	Alone bool
}

// maxHeaderText bounds subjects and names, in characters.
const maxHeaderText = 200

// page is the HTML form. The template escapes what it is given, links that are
// not http or https too.
var page = template.Must(template.New("mail").Parse(`<!DOCTYPE html>
<html><body>
<div style="white-space: pre-wrap; font-family: sans-serif">{{.Text}}</div>
{{if .Link}}<p style="font-family: sans-serif"><a href="{{.Link}}">{{.Says}}</a></p>{{end}}
</body></html>
`))

// compose puts a message into its form on the wire.
func (o *Options) compose(m *Message) (*gomail.Msg, error) {
	text := m.Text
	if m.Link != "" {
		text += "\n" + m.Link
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&mail.Address{Name: headerText(m.Name), Address: o.From})
	if err := msg.To(m.To); err != nil {
		return nil, err
	}
	msg.Subject(headerText(m.Subject))
	msg.SetMessageIDWithValue(m.ID + "@" + o.domain())
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // so that nobody's absence is told (RFC 3834)
	msg.SetBodyString(gomail.TypeTextPlain, text+"\n")
	if m.Alone {
		return msg, nil
	}
	var html bytes.Buffer
	if err := page.Execute(&html, m); err != nil {
		return nil, err
	}
	msg.AddAlternativeString(gomail.TypeTextHTML, html.String())
	return msg, nil
}

// headerText makes any text one that is safe in a header: one line, no controls,
// and nothing that a reader would take for an encoded word (RFC 2047).
func headerText(s string) string {
	s = strings.ReplaceAll(s, "=?", "= ?")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if runes := []rune(s); len(runes) > maxHeaderText {
		s = string(runes[:maxHeaderText])
	}
	return strings.TrimSpace(s)
}
