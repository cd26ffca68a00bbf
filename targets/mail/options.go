package mail

import (
	"crypto/x509"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"time"
)

// TLS says how the way to the relay is kept private.
type TLS string

// The modes of TLS.
const (
	// StartTLS begins in the clear and goes on only if the relay offers
	// STARTTLS with a certificate that holds.
	StartTLS TLS = "starttls"
	// Implicit is TLS from the first byte (port 465).
	Implicit TLS = "tls"
	// Plain is for relays on this machine: no password goes over it.
	Plain TLS = "none"
)

// Options are the relay and the sender.
type Options struct {
	// Relay is host:port.
	Relay string
	// From is the address that mail comes from.
	From string
	// User and Password are for AUTH; empty: none.
	User, Password string
	TLS            TLS
	// Roots hold the certificates to trust; nil: the machine's.
	Roots *x509.CertPool
	// Timeout bounds a connection, and a message; 0: 15 s.
	Timeout time.Duration
}

const defaultTimeout = 15 * time.Second

// Check says what is wrong with the options.
func (o *Options) Check() error {
	_, _, err := o.address()
	switch {
	case err != nil:
		return err
	case o.TLS != StartTLS && o.TLS != Implicit && o.TLS != Plain:
		return fmt.Errorf("%q is none of starttls, tls, none", o.TLS)
	case o.User != "" && o.TLS == Plain:
		return fmt.Errorf("a password needs TLS")
	case (o.User == "") != (o.Password == ""):
		return fmt.Errorf("user and password go together")
	}
	if a, err := mail.ParseAddress(o.From); err != nil || a.Address != o.From {
		return fmt.Errorf("%q is not a mail address", o.From)
	}
	return nil
}

func (o *Options) address() (host string, port int, err error) {
	host, text, err := net.SplitHostPort(o.Relay)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil || host == "" || port < 1 || port > 65535 {
		return "", 0, fmt.Errorf("%q is not host:port", o.Relay)
	}
	return host, port, nil
}

// domain is that of the sender's address.
func (o *Options) domain() string { return o.From[strings.LastIndexByte(o.From, '@')+1:] }
