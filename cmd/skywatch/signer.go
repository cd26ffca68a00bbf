package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
)

// signingService is the service name of signatures below /skywatch/v1.
const signingService = "skywatch"

// signer signs requests with the AWS credentials of the environment.
type signer struct {
	v4          *v4.Signer
	credentials aws.CredentialsProvider
	region      string
}

// findSigner looks for credentials as every AWS client does: environment, then
// shared files. It returns nil where there are none. The role of an EC2 machine
// does not count: it is no key of this server, and asking for it takes seconds
// everywhere else.
func findSigner(ctx context.Context, region string) (*signer, error) {
	found, err := config.LoadDefaultConfig(ctx, config.WithRegion(region))
	if err != nil {
		return nil, fmt.Errorf("find AWS credentials: %w", err)
	}
	if found.Credentials == nil || aws.IsCredentialsProvider(found.Credentials, (*ec2rolecreds.Provider)(nil)) {
		return nil, nil
	}
	return &signer{v4.NewSigner(), found.Credentials, region}, nil
}

func (s *signer) sign(ctx context.Context, r *http.Request, payloadHash, service string) error {
	c, err := s.credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("get AWS credentials: %w", err)
	}
	r.Header.Set("X-Amz-Content-Sha256", payloadHash)
	return s.v4.SignHTTP(ctx, c, r, payloadHash, service, s.region, time.Now())
}
