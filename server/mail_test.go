package server

import (
	"strings"
	"testing"
)

// The options of mail go together.
func TestMailOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		change func(*Config)
		want   string // empty: they are right
	}{
		{func(*Config) {}, ""},
		{func(c *Config) { c.SMTPHost, c.SMTPFrom = "relay:587", "a@b.example" }, ""},
		{func(c *Config) {
			c.SMTPHost, c.SMTPFrom, c.SMTPUser, c.SMTPPasswordFile = "relay:465", "a@b.example", "u", "file"
			c.SMTPTLS = "tls"
		}, ""},
		{func(c *Config) { c.SMTPFrom = "a@b.example" }, "--smtp-host: is empty, and there are other options of mail"},
		{func(c *Config) { c.SMTPHost, c.SMTPFrom = "relay", "a@b.example" }, `--smtp-host: "relay" is not host:port`},
		{func(c *Config) { c.SMTPHost = "relay:587" }, `--smtp-host: "" is not a mail address`},
		{func(c *Config) { c.SMTPHost, c.SMTPFrom, c.SMTPUser = "relay:587", "a@b.example", "u" }, "--smtp-host: --smtp-user and --smtp-password-file go together"},
		{func(c *Config) { c.SMTPHost, c.SMTPFrom, c.SMTPTLS = "relay:587", "a@b.example", "ssl" }, `--smtp-host: "ssl" is none of starttls, tls, none`},
		{func(c *Config) {
			c.SMTPHost, c.SMTPFrom, c.SMTPUser, c.SMTPPasswordFile = "relay:25", "a@b.example", "u", "file"
			c.SMTPTLS = "none"
		}, "--smtp-host: a password needs TLS"},
	} {
		cfg := DefaultConfig()
		c.change(&cfg)
		err := cfg.Validate()
		if got := errorText(err); got != c.want {
			t.Errorf("%+v: %s, want %s", cfg, got, c.want)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return strings.TrimSpace(err.Error())
}
