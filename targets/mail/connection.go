package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// connection is one session with the relay.
type connection struct {
	client  *gomail.Client
	session *smtp.Client
	conn    net.Conn
	used    time.Time
}

// connect opens a session. It has no more than the time-out, the relay's
// greeting and the authentication with it.
func (o *Options) connect(ctx context.Context) (*connection, error) {
	host, port, err := o.address()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	c := &connection{}
	options := []gomail.Option{
		gomail.WithPort(port), gomail.WithTimeout(o.Timeout), gomail.WithTLSConfig(o.tls(host)), gomail.WithTLSPolicy(gomail.NoTLS),
		gomail.WithoutNoop(), // take asks whether an old session works
		gomail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := o.dial(ctx, network, address, host)
			c.conn = conn
			return conn, err
		}),
	}
	if o.TLS == StartTLS {
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if o.User != "" {
		options = append(options, gomail.WithSMTPAuthCustom(&login{host: host, user: o.User, password: o.Password}))
	}
	if c.client, err = gomail.NewClient(host, options...); err != nil {
		return nil, err
	}
	if c.session, err = c.client.DialToSMTPClientWithContext(ctx); err != nil {
		c.drop()
		return nil, err
	}
	return c, nil
}

func (o *Options) tls(host string) *tls.Config {
	return &tls.Config{ServerName: host, RootCAs: o.Roots, MinVersion: tls.VersionTLS12}
}

func (o *Options) dial(ctx context.Context, network, address, host string) (conn net.Conn, err error) {
	if o.TLS == Implicit {
		conn, err = (&tls.Dialer{Config: o.tls(host)}).DialContext(ctx, network, address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
	}
	if err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(time.Now().Add(o.Timeout))
}

// drop ends the session without a word.
func (c *connection) drop() {
	if c.conn != nil {
		_ = c.conn.Close()
	}
}

// quit ends the session as SMTP has it.
func (c *connection) quit() {
	_ = c.client.CloseWithSMTPClient(c.session)
	c.drop()
}

// login authenticates by the best mechanism that the relay offers.
type login struct {
	host, user, password string
	smtp.Auth
}

// Start implements smtp.Auth.
func (l *login) Start(server *smtp.ServerInfo) (string, []byte, error) {
	switch {
	case !server.TLS:
		return "", nil, errors.New("the relay asks for a password without TLS")
	case slices.Contains(server.Auth, "SCRAM-SHA-256"):
		l.Auth = smtp.ScramSHA256Auth(l.user, l.password)
	case slices.Contains(server.Auth, "PLAIN"):
		l.Auth = smtp.PlainAuth("", l.user, l.password, l.host, false)
	case slices.Contains(server.Auth, "LOGIN"):
		l.Auth = smtp.LoginAuth(l.user, l.password, l.host, false)
	default:
		return "", nil, errors.New("the relay offers no way to authenticate that we know")
	}
	return l.Auth.Start(server)
}
