package conformance_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	gocmp "github.com/google/go-cmp/cmp"
)

func TestCallerIdentity(t *testing.T) {
	t.Parallel()
	server := start(t)
	wire := &recorder{}
	c := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: &server, Credentials: dummyKey, HTTPClient: wire, Retryer: aws.NopRetryer{}})
	got, err := c.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	want := &sts.GetCallerIdentityOutput{
		Account: aws.String(account), Arn: aws.String("arn:aws:iam::" + account + ":root"), UserId: aws.String(account),
	}
	if diff := gocmp.Diff(want, got, sdkStructs); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	// What Terraform asks for next is not there, and said so.
	_, err = c.GetSessionToken(t.Context(), &sts.GetSessionTokenInput{})
	if e, bad := wire.refusal(); err == nil || bad != nil || e.code != "InvalidAction" || wire.status != 400 {
		t.Errorf("GetSessionToken: %d %s", wire.status, wire.body)
	}
}
