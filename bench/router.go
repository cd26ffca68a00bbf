package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

const (
	region  = "us-east-1"
	account = "000000000000"
)

// router is a server of the rows about events: it takes signed requests only
// and may send to this machine. The SDK sets it up; the load comes from caller.
type router struct {
	*server
	dir    string
	events *eventbridge.Client
	queues *sqs.Client
	topics *sns.Client
	caller *caller
}

func (b *bench) startRouter(ctx context.Context, name string) (*router, error) {
	r := &router{dir: filepath.Join(b.dir, name)}
	var err error
	if r.server, err = b.start(r.dir, "--egress-allow", "127.0.0.0/8"); err != nil {
		return nil, err
	}
	key, err := r.newKey(ctx)
	if err != nil {
		r.kill()
		return nil, err
	}
	r.caller = newCaller(r.url, key)
	provider := credentials.StaticCredentialsProvider{Value: key}
	r.events = eventbridge.New(eventbridge.Options{Region: region, BaseEndpoint: &r.url, Credentials: provider})
	r.queues = sqs.New(sqs.Options{Region: region, BaseEndpoint: &r.url, Credentials: provider})
	r.topics = sns.New(sns.Options{Region: region, BaseEndpoint: &r.url, Credentials: provider})
	return r, nil
}

// newKey makes the first access key, which ends the mode in which any
// signature is taken.
func (r *router) newKey(ctx context.Context) (aws.Credentials, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url+"/skywatch/v1/keys", bytes.NewReader([]byte(`{"Description":"bench"}`)))
	if err != nil {
		return aws.Credentials{}, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return aws.Credentials{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	var key struct{ AccessKeyID, SecretAccessKey string }
	if err := json.NewDecoder(resp.Body).Decode(&key); err != nil || key.SecretAccessKey == "" {
		return aws.Credentials{}, fmt.Errorf("make an access key: %s: %w", resp.Status, err)
	}
	return aws.Credentials{AccessKeyID: key.AccessKeyID, SecretAccessKey: key.SecretAccessKey}, nil
}

// queue makes a queue.
func (r *router) queue(ctx context.Context, name string) (url, arn string, err error) {
	out, err := r.queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		return "", "", err
	}
	return *out.QueueUrl, "arn:aws:sqs:" + region + ":" + account + ":" + name, nil
}

// rule sends the events of a source to targets.
func (r *router) rule(ctx context.Context, name, source string, arns ...string) error {
	text := fmt.Sprintf(`{"source":[%q]}`, source)
	if _, err := r.events.PutRule(ctx, &eventbridge.PutRuleInput{Name: &name, EventPattern: &text}); err != nil {
		return err
	}
	in := &eventbridge.PutTargetsInput{Rule: &name}
	for i, arn := range arns {
		in.Targets = append(in.Targets, types.Target{Id: aws.String(fmt.Sprint(i)), Arn: &arn})
	}
	out, err := r.events.PutTargets(ctx, in)
	if err == nil && out.FailedEntryCount > 0 {
		err = fmt.Errorf("targets of %s: %s", name, *out.FailedEntries[0].ErrorMessage)
	}
	return err
}

// topic makes a topic whose messages go to HTTP endpoints as they are, and
// waits until they are confirmed.
func (r *router) topic(ctx context.Context, name string, endpoints ...string) (arn string, err error) {
	topic, err := r.topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: &name})
	if err != nil {
		return "", err
	}
	for _, url := range endpoints {
		if _, err := r.topics.Subscribe(ctx, &sns.SubscribeInput{
			TopicArn: topic.TopicArn, Protocol: aws.String("http"), Endpoint: &url, Attributes: map[string]string{"RawMessageDelivery": "true"},
		}); err != nil {
			return "", err
		}
	}
	return *topic.TopicArn, poll(ctx, func() (bool, error) {
		a, err := r.topics.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: topic.TopicArn})
		return err == nil && a.Attributes["SubscriptionsConfirmed"] == fmt.Sprint(len(endpoints)), err
	})
}

// destination makes an API destination that is called as fast as it answers.
func (r *router) destination(ctx context.Context, name, url string) (arn string, err error) {
	c, err := r.events.CreateConnection(ctx, &eventbridge.CreateConnectionInput{
		Name: &name, AuthorizationType: types.ConnectionAuthorizationTypeApiKey,
		AuthParameters: &types.CreateConnectionAuthRequestParameters{ApiKeyAuthParameters: &types.CreateConnectionApiKeyAuthRequestParameters{
			ApiKeyName: aws.String("X-Key"), ApiKeyValue: aws.String("bench"),
		}},
	})
	if err != nil {
		return "", err
	}
	d, err := r.events.CreateApiDestination(ctx, &eventbridge.CreateApiDestinationInput{
		Name: &name, ConnectionArn: c.ConnectionArn, HttpMethod: types.ApiDestinationHttpMethodPost, InvocationEndpoint: &url,
		InvocationRateLimitPerSecond: aws.Int32(1_000_000),
	})
	if err != nil {
		return "", err
	}
	return *d.ApiDestinationArn, nil
}
