package server

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"skywatch/targets/mail"
)

// openMail makes the way to the mail relay, if there is one.
func (s *Server) openMail() (*mail.Sender, error) {
	if s.cfg.SMTPHost == "" {
		return nil, nil
	}
	o := s.cfg.mail()
	if s.cfg.SMTPPasswordFile != "" {
		b, err := os.ReadFile(s.cfg.SMTPPasswordFile)
		if err != nil {
			return nil, fmt.Errorf("read the mail relay's password: %w", err)
		}
		if o.Password = strings.TrimRight(string(b), "\r\n"); o.Password == "" {
			return nil, fmt.Errorf("read the mail relay's password: %s is empty", s.cfg.SMTPPasswordFile)
		}
	}
	sender, err := mail.New(o)
	if err != nil {
		return nil, err
	}
	s.later(func() error {
		sender.Close()
		return nil
	})
	return sender, nil
}

func (c Config) mail() mail.Options {
	return mail.Options{Relay: c.SMTPHost, From: c.SMTPFrom, User: c.SMTPUser, TLS: mail.TLS(c.SMTPTLS)}
}

// checkMail says what is wrong with the options of mail.
func (c Config) checkMail() error {
	switch {
	case c.SMTPHost == "" && (c.SMTPFrom != "" || c.SMTPUser != "" || c.SMTPPasswordFile != ""):
		return errors.New("is empty, and there are other options of mail")
	case c.SMTPHost == "":
		return nil
	case (c.SMTPUser == "") != (c.SMTPPasswordFile == ""):
		return errors.New("--smtp-user and --smtp-password-file go together")
	}
	o := c.mail()
	o.Password = o.User // it is read later
	return o.Check()
}
