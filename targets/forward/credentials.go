package forward

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Credentials are whose name a profile's calls are made in: of a static key, of
// a named profile of the machine's AWS configuration, or, where neither is set,
// of the first that the SDK's chain finds (environment, shared files, container,
// instance). A role is assumed with these.
type Credentials struct {
	AccessKey string `json:"access-key,omitempty"`
	// SecretKey is the key's secret, or SecretKeyFile the file that it is in.
	SecretKey     Secret `json:"secret-key,omitempty"`
	SecretKeyFile string `json:"secret-key-file,omitempty"`
	SessionToken  Secret `json:"session-token,omitempty"`
	// Profile is a profile of ~/.aws/config.
	Profile string `json:"profile,omitempty"`
	// Role is the ARN of a role to assume, ExternalID what its owner asks for
	// beside, RoleEndpoint the STS to ask; empty: AWS's own of the region.
	Role         string `json:"role,omitempty"`
	ExternalID   string `json:"external-id,omitempty"`
	RoleEndpoint string `json:"role-endpoint,omitempty"`
}

// Secret is a text that is not printed.
type Secret string

// String implements fmt.Stringer.
func (s Secret) String() string { return "(secret)" }

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return "(secret)" }

// sessionName names our sessions of roles in AWS's records.
const sessionName = "skywatch"

func (c *Credentials) validate() error {
	static := c.AccessKey != ""
	switch {
	case static && c.Profile != "":
		return errors.New("access-key and profile exclude each other")
	case static != (c.SecretKey != "" || c.SecretKeyFile != ""):
		return errors.New("access-key needs secret-key or secret-key-file, and these need it")
	case c.SecretKey != "" && c.SecretKeyFile != "":
		return errors.New("secret-key and secret-key-file exclude each other")
	case c.SessionToken != "" && !static:
		return errors.New("session-token is for an access-key")
	case c.Role == "" && (c.ExternalID != "" || c.RoleEndpoint != ""):
		return errors.New("external-id and role-endpoint are for a role")
	case c.Role != "" && !strings.HasPrefix(c.Role, "arn:"):
		return fmt.Errorf("role %q is no ARN", c.Role)
	}
	_, err := c.secret()
	return err
}

// secret is that of the static key.
func (c *Credentials) secret() (string, error) {
	if c.SecretKeyFile == "" {
		return string(c.SecretKey), nil
	}
	text, err := os.ReadFile(c.SecretKeyFile)
	if err != nil {
		return "", fmt.Errorf("secret-key-file: %w", err)
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return "", fmt.Errorf("secret-key-file: %s is empty", c.SecretKeyFile)
	}
	return secret, nil
}

// open returns what gives the credentials, and keeps them until they expire. The
// region is that of the STS.
func (c *Credentials) open(ctx context.Context, hc *http.Client, region string) (aws.CredentialsProvider, error) {
	provider, err := c.source(ctx)
	if err != nil {
		return nil, err
	}
	if c.Role == "" {
		return provider, nil
	}
	asker := sts.New(sts.Options{Credentials: provider, Region: region, HTTPClient: hc, RetryMaxAttempts: 1}, func(o *sts.Options) {
		if c.RoleEndpoint != "" {
			o.BaseEndpoint = &c.RoleEndpoint
		}
	})
	return aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(asker, c.Role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = sessionName
		if c.ExternalID != "" {
			o.ExternalID = &c.ExternalID
		}
	})), nil
}

// source returns what gives the credentials themselves.
func (c *Credentials) source(ctx context.Context) (aws.CredentialsProvider, error) {
	if c.AccessKey == "" {
		cfg, err := config.LoadDefaultConfig(ctx, config.WithSharedConfigProfile(c.Profile))
		if err != nil {
			return nil, fmt.Errorf("read the machine's AWS configuration: %w", err)
		}
		return cfg.Credentials, nil
	}
	secret, err := c.secret()
	if err != nil {
		return nil, err
	}
	return credentials.NewStaticCredentialsProvider(c.AccessKey, secret, string(c.SessionToken)), nil
}
