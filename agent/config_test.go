package agent

import (
	"strings"
	"testing"
	"time"
)

func TestDefaultConfigIsValid(t *testing.T) {
	t.Parallel()
	if err := DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*Config)
		want   string // part of the error; empty for none
	}{
		{"1 s", func(c *Config) { c.Interval = time.Second }, "interval 1s: must be 10s, 60s or 300s"},
		{"30 s", func(c *Config) { c.Interval = 30 * time.Second }, "interval 30s"},
		{"no interval", func(c *Config) { c.Interval = 0 }, "interval 0s"},
		{"60 s", func(c *Config) { c.Interval = DetailedMonitoring }, ""},
		{"300 s", func(c *Config) { c.Interval = BasicMonitoring }, ""},
		{"no endpoint", func(c *Config) { c.Endpoint = "" }, "endpoint \"\""},
		{"endpoint without scheme", func(c *Config) { c.Endpoint = "localhost:4582" }, "must be an http or https URL"},
		{"endpoint of another scheme", func(c *Config) { c.Endpoint = "ftp://localhost" }, "must be an http or https URL"},
		{"endpoint that is no URL", func(c *Config) { c.Endpoint = "http://[" }, "agent endpoint"},
		{"https", func(c *Config) { c.Endpoint = "https://metrics.example/base" }, ""},
		{"no region", func(c *Config) { c.Region = "" }, "region"},
		{"no namespace", func(c *Config) { c.Namespace = "" }, "namespace"},
		{"namespace with colon", func(c *Config) { c.Namespace = ":a" }, "namespace"},
		{"longest namespace", func(c *Config) { c.Namespace = strings.Repeat("n", 255) }, ""},
		{"namespace too long", func(c *Config) { c.Namespace = strings.Repeat("n", 256) }, "namespace"},
		{"reserved namespace", func(c *Config) { c.Namespace = "AWS/EC2" }, "AWS/ is reserved"},
		{"hostname", func(c *Config) { c.Hostname = "web-1.example" }, ""},
		{"hostname not ASCII", func(c *Config) { c.Hostname = "wéb" }, "hostname"},
		{"no buffer", func(c *Config) { c.BufferLimit = 0 }, "buffer limit"},
		{"no flush", func(c *Config) { c.FlushTimeout = 0 }, "flush timeout"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := DefaultConfig()
			tt.change(&cfg)
			err := cfg.Validate()
			if tt.want == "" && err != nil {
				t.Errorf("refused: %v", err)
			}
			if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestValidateReportsAll(t *testing.T) {
	t.Parallel()
	err := Config{}.Validate()
	for _, want := range []string{"endpoint", "interval", "namespace", "buffer limit", "flush timeout"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not tell of the %s", err, want)
		}
	}
}
