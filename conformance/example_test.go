package conformance_test

import (
	"bufio"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	sqsschemas "github.com/aws/aws-sdk-go-v2/service/sqs/schemas"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
)

// TestWebhookExample runs the webhook of the README's tour: it confirms its
// subscription by itself and prints what arrives.
func TestWebhookExample(t *testing.T) {
	t.Parallel()
	needs(t, "python3", "python3", "--version")
	server, address := start(t), freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "python3", filepath.Join("..", "examples", "webhook.py"), port)
	cmd.Env, cmd.Stderr = environment(), t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() }) // ends the wait for a line
	t.Cleanup(func() {
		limit.Stop()
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed
	})
	eventually(t, 10*time.Second, "the example does not listen", func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})

	p := newPost(server, "us-east-1", awsjson.New10(sqsschemas.AmazonSQS))
	made, err := p.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("ops")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.sns.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: made.TopicArn, Protocol: aws.String("http"), Endpoint: aws.String("http://" + address + "/")}); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	expect := func(want string) {
		t.Helper()
		if !lines.Scan() || strings.TrimSpace(lines.Text()) != want {
			t.Fatalf("printed %q, want %q (%v)", lines.Text(), want, lines.Err())
		}
	}
	expect("confirmed " + *made.TopicArn)
	if _, err := p.sns.Publish(t.Context(), &sns.PublishInput{TopicArn: made.TopicArn, Subject: aws.String("ALARM"), Message: aws.String("it is hot")}); err != nil {
		t.Fatal(err)
	}
	expect("ALARM it is hot")
}

// freeAddress is a loopback address that nobody listens on just now.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
