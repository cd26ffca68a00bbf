package mail_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"skywatch/targets"
	"skywatch/targets/mail"
	"skywatch/targets/mail/mailtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newSender(t *testing.T, o mail.Options) *mail.Sender {
	t.Helper()
	o.From = "alerts@sky.example"
	s, err := mail.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestSend(t *testing.T) {
	t.Parallel()
	r := mailtest.Start(t, mailtest.Options{})
	s := newSender(t, mail.Options{Relay: r.Addr, TLS: mail.Plain})
	err := s.Send(t.Context(), mail.Message{
		ID: "id-1", Name: "Ops", To: "a@b.example", Subject: "Disk läuft voll", Text: "line <one>\nzwei: ü\n.\n" + strings.Repeat("long ", 500), Link: "http://127.0.0.1/?a=b&c=d", Says: "Unsubscribe",
	})
	if err != nil {
		t.Fatal(err)
	}
	got := <-r.Mails
	if got.From != "alerts@sky.example" || len(got.To) != 1 || got.To[0] != "a@b.example" || got.Subject != "Disk läuft voll" {
		t.Errorf("envelope %+v", got)
	}
	if from := got.Header.Get("From"); from != `"Ops" <alerts@sky.example>` {
		t.Errorf("from %s", from)
	}
	if id := got.Header.Get("Message-ID"); id != "<id-1@sky.example>" {
		t.Errorf("message id %s", id)
	}
	if want := "line <one>\nzwei: ü\n.\n" + strings.Repeat("long ", 500) + "\nhttp://127.0.0.1/?a=b&c=d\n"; got.Text != want {
		t.Errorf("text %q", got.Text)
	}
	for _, part := range []string{"line &lt;one&gt;\nzwei: ü", `<a href="http://127.0.0.1/?a=b&amp;c=d">Unsubscribe</a>`} {
		if !strings.Contains(got.HTML, part) {
			t.Errorf("HTML has no %s: %s", part, got.HTML)
		}
	}
}

// No text from outside adds a header, a recipient or a command.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	r := mailtest.Start(t, mailtest.Options{})
	s := newSender(t, mail.Options{Relay: r.Addr, TLS: mail.Plain})
	const evil = "x\r\nBcc: victim@b.example\r\n\r\n<script>alert(1)</script>\r\n.\r\nMAIL FROM:<me@evil.example>\r\n\x00\u2028 =?utf-8?q?=0D=0AX-Evil:_1?="
	if err := s.Send(t.Context(), mail.Message{ID: "id", Name: evil, To: "a@b.example", Subject: evil, Text: evil, Link: "javascript:alert(1)", Says: evil}); err != nil {
		t.Fatal(err)
	}
	got := <-r.Mails
	if len(got.To) != 1 || got.Header.Get("Bcc") != "" || got.Header.Get("X-Evil") != "" || strings.ContainsAny(got.Subject, "\r\n\x00") {
		t.Errorf("mail %+v", got)
	}
	if strings.Contains(got.HTML, "<script>") || strings.Contains(got.HTML, "javascript:") {
		t.Errorf("HTML %s", got.HTML)
	}
	for name := range got.Header {
		switch name {
		case "Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To":
		default:
			t.Errorf("header %s: %v", name, got.Header[name])
		}
	}
	for _, to := range []string{"a@b.example>\r\nRCPT TO:<v@b.example", "a@b.example, v@b.example", "", "a b"} {
		err := s.Send(t.Context(), mail.Message{ID: "id", To: to, Text: "m"})
		if f := new(targets.Failure); !errors.As(err, &f) || !f.Permanent {
			t.Errorf("to %q: %v", to, err)
		}
	}
	if len(r.Mails) > 0 {
		t.Errorf("there was more mail: %+v", <-r.Mails)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	r := mailtest.Start(t, mailtest.Options{Answer: func(to string) error {
		switch to {
		case "full@b.example":
			return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "mailbox full"}
		case "nobody@b.example":
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
		}
		return nil
	}})
	s := newSender(t, mail.Options{Relay: r.Addr, TLS: mail.Plain})
	check := func(s *mail.Sender, to, code string, permanent bool) {
		t.Helper()
		err := s.Send(t.Context(), mail.Message{ID: "id", To: to, Text: "m"})
		if f := new(targets.Failure); !errors.As(err, &f) || f.Code != code || f.Permanent != permanent {
			t.Errorf("%s: %v", to, err)
		}
	}
	check(s, "full@b.example", targets.ServerError, false)
	check(s, "nobody@b.example", targets.ClientError, true)
	if err := s.Send(t.Context(), mail.Message{ID: "id", To: "a@b.example", Text: "m"}); err != nil {
		t.Errorf("after refusals: %v", err)
	}

	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	mute := newSender(t, mail.Options{Relay: nobody.Addr().String(), TLS: mail.Plain, Timeout: 50 * time.Millisecond})
	check(mute, "a@b.example", targets.Timeout, false) // connects, and never hears a greeting
	_ = nobody.Close()
	check(mute, "a@b.example", targets.ServerError, false)
}

// A session that the relay ended in the meantime is no failure.
func TestStaleSession(t *testing.T) {
	t.Parallel()
	r := mailtest.Start(t, mailtest.Options{})
	s := newSender(t, mail.Options{Relay: r.Addr, TLS: mail.Plain})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := s.Send(t.Context(), mail.Message{ID: "id", To: "a@b.example", Text: "m"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	s.BreakIdle()
	if err := s.Send(t.Context(), mail.Message{ID: "id", To: "a@b.example", Text: "m"}); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Send(ctx, mail.Message{ID: "id", To: "a@b.example", Text: "m"}); err == nil {
		t.Error("sent although the context is over")
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	config, roots := certificate(t)
	for _, c := range []struct {
		name  string
		relay mailtest.Options
		mode  mail.TLS
		trust bool
		key   string
		works bool
	}{
		{"starttls", mailtest.Options{TLS: config, Password: "secret"}, mail.StartTLS, true, "secret", true},
		{"implicit", mailtest.Options{TLS: config, Implicit: true, Password: "secret"}, mail.Implicit, true, "secret", true},
		{"a certificate that nobody knows", mailtest.Options{TLS: config, Password: "secret"}, mail.StartTLS, false, "secret", false},
		{"a wrong password", mailtest.Options{TLS: config, Password: "secret"}, mail.StartTLS, true, "wrong", false},
		{"no STARTTLS offered", mailtest.Options{}, mail.StartTLS, true, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := mailtest.Start(t, c.relay)
			o := mail.Options{Relay: r.Addr, TLS: c.mode, Password: c.key}
			if c.key != "" {
				o.User = "user"
			}
			if c.trust {
				o.Roots = roots
			}
			err := newSender(t, o).Send(t.Context(), mail.Message{ID: "id", To: "a@b.example", Text: "m"})
			if (err == nil) != c.works {
				t.Errorf("sent with %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells the password: %v", err)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	good := mail.Options{Relay: "relay:25", From: "a@b.example", TLS: mail.StartTLS}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for _, spoil := range []func(*mail.Options){
		func(o *mail.Options) { o.Relay = "relay" }, func(o *mail.Options) { o.Relay = ":25" }, func(o *mail.Options) { o.Relay = "relay:smtp" },
		func(o *mail.Options) { o.From = "" }, func(o *mail.Options) { o.From = "A <a@b.example>" },
		func(o *mail.Options) { o.TLS = "" }, func(o *mail.Options) { o.User = "u" },
		func(o *mail.Options) { o.TLS, o.User, o.Password = mail.Plain, "u", "p" },
	} {
		o := good
		spoil(&o)
		if o.Check() == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

// certificate is one of 127.0.0.1, and who trusts it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, roots
}
