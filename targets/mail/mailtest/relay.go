// Package mailtest is a mail relay for tests, on this machine.
package mailtest

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mail is what the relay took.
type Mail struct {
	From    string
	To      []string
	Header  mail.Header
	Subject string // decoded
	// Text and HTML are the decoded bodies.
	Text, HTML string
}

// Options are how the relay behaves.
type Options struct {
	// Answer refuses a recipient; nil: all are taken.
	Answer func(to string) error
	// TLS offers STARTTLS, or with Implicit TLS from the first byte.
	TLS      *tls.Config
	Implicit bool
	// Password is what its only user needs; empty: nobody has to say who he is.
	Password string
}

// Relay serves until the test ends.
type Relay struct {
	Addr  string
	Mails chan Mail
	Options
}

// Start starts a relay.
func Start(t testing.TB, o Options) *Relay {
	t.Helper()
	r := &Relay{Mails: make(chan Mail, 100), Options: o}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{relay: r}, nil }))
	s.ErrorLog = log.New(io.Discard, "", 0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.Addr = l.Addr().String()
	s.TLSConfig = o.TLS
	if o.Implicit {
		l = tls.NewListener(l, o.TLS)
	}
	done := make(chan error)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = l.Close() // the server knows it only once it serves
		_ = s.Close()
		<-done
	})
	return r
}

type session struct {
	relay *Relay
	mail  Mail
	known bool
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.relay.Password != "" && !s.known {
		return smtp.ErrAuthRequired
	}
	s.mail = Mail{From: from}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.relay.Answer != nil {
		if err := s.relay.Answer(to); err != nil {
			return err
		}
	}
	s.mail.To = append(s.mail.To, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	m := s.mail
	if err := m.read(r); err != nil {
		return err
	}
	s.relay.Mails <- m
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *session) AuthMechanisms() []string {
	if s.relay.Password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "user" || password != s.relay.Password {
			return errors.New("who are you?")
		}
		s.known = true
		return nil
	}), nil
}

// read parses a message as a reader of mail does.
func (m *Mail) read(r io.Reader) error {
	msg, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	m.Header = msg.Header
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject")); err != nil {
		return err
	}
	return m.part(msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), msg.Body)
}

func (m *Mail) part(contentType, encoding string, body io.Reader) error {
	kind, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, parameters["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err == nil {
				err = m.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p)
			}
			if err != nil {
				return err
			}
		}
	}
	if encoding == "quoted-printable" {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	into := &m.Text
	if kind == "text/html" {
		into = &m.HTML
	}
	*into = strings.ReplaceAll(string(text), "\r\n", "\n")
	return err
}
