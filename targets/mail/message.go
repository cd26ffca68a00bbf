package mail

import (
	"bytes"
	"net/mail"
	"net/url"
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
	// Text is the body, or Sheet in its place.
	Text  string
	Sheet *Sheet
	// Footer stands below, then the Link, under the words Says in the HTML form.
	Footer, Link, Says string
	// Leave says that with the Link the reader gets no more mail like this.
	Leave bool
	// Alone says that there is no HTML form.
	Alone bool
}

// maxHeaderText bounds subjects and names, in characters.
const maxHeaderText = 200

// compose puts a message into its form on the wire.
func (o *Options) compose(m *Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&mail.Address{Name: headerText(m.Name), Address: o.From})
	if err := msg.To(m.To); err != nil {
		return nil, err
	}
	msg.Subject(headerText(m.Subject))
	msg.SetMessageIDWithValue(m.ID + "@" + o.domain())
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // so that nobody's absence is told (RFC 3834)
	if u, err := url.Parse(m.Link); m.Leave && err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+u.String()+">") // RFC 2369
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.text()+"\n")
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

// text is the plain form.
func (m *Message) text() string {
	text := m.Text
	if m.Sheet != nil {
		text = m.Sheet.text()
	}
	if m.Footer != "" {
		text += "\n\n--\n" + m.Footer
	}
	if m.Link != "" {
		text += "\n" + m.Link
	}
	return text
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
