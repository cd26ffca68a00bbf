package conformance_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	sqsschemas "github.com/aws/aws-sdk-go-v2/service/sqs/schemas"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	gocmp "github.com/google/go-cmp/cmp"

	"skywatch/server"
	"skywatch/targets/mail"
	"skywatch/targets/mail/mailtest"
)

func topicsOf(t *testing.T) post {
	t.Helper()
	return newPost(start(t), "us-east-1", awsjson.New10(sqsschemas.AmazonSQS))
}

// TestTerraformTopic replays what Terraform's AWS provider calls for an
// aws_sns_topic, its aws_sns_topic_policy and an aws_sns_topic_subscription:
// make, read, change, read, delete. A plan ends only if every attribute comes
// back as it was sent.
func TestTerraformTopic(t *testing.T) {
	t.Parallel()
	c := topicsOf(t).sns
	made, err := c.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("tf"), Tags: []types.Tag{{Key: aws.String("env"), Value: aws.String("dev")}}})
	if err != nil {
		t.Fatal(err)
	}
	arn := made.TopicArn
	set := func(name, value string) {
		t.Helper()
		if _, err := c.SetTopicAttributes(t.Context(), &sns.SetTopicAttributesInput{TopicArn: arn, AttributeName: &name, AttributeValue: &value}); err != nil {
			t.Fatalf("set %s: %v", name, err)
		}
	}
	read := func(want map[string]string) {
		t.Helper()
		got, err := c.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: arn})
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{
			"TopicArn": *arn, "Owner": account, "DisplayName": "", "SubscriptionsConfirmed": "0", "SubscriptionsPending": "0", "SubscriptionsDeleted": "0",
			"Policy": presetPolicy(*arn), "EffectiveDeliveryPolicy": presetDelivery,
		}
		maps.Copy(all, want)
		if diff := gocmp.Diff(all, got.Attributes); diff != "" {
			t.Errorf("topic (-want +got):\n%s", diff)
		}
	}
	read(nil)
	delivery := strings.Replace(presetDelivery, `"numRetries":3`, `"numRetries":5`, 1)
	policy := `{"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sns:Publish","Resource":"` + *arn + `"}]}`
	set("DisplayName", "from Terraform")
	set("DeliveryPolicy", delivery)
	set("SignatureVersion", "2")
	set("Policy", policy)
	read(map[string]string{"DisplayName": "from Terraform", "DeliveryPolicy": delivery, "EffectiveDeliveryPolicy": delivery, "SignatureVersion": "2", "Policy": policy})
	set("Policy", presetPolicy(*arn)) // what deleting an aws_sns_topic_policy does
	set("DeliveryPolicy", "")
	set("DisplayName", "")
	read(map[string]string{"SignatureVersion": "2"})
	terraformSubscription(t, c, arn)
	if _, err := c.DeleteTopic(t.Context(), &sns.DeleteTopicInput{TopicArn: arn}); err != nil {
		t.Fatal(err)
	}
	_, err = c.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: arn})
	refused(t, "a topic that was deleted", err, "NotFound", "Topic does not exist")
}

func presetPolicy(arn string) string {
	return `{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow","Principal":{"AWS":"*"},` +
		`"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe",` +
		`"SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":"` + arn + `","Condition":{"StringEquals":{"AWS:SourceOwner":"` + account + `"}}}]}`
}

const presetDelivery = `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,` +
	`"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,` +
	`"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}`

func terraformSubscription(t *testing.T, c *sns.Client, topic *string) {
	t.Helper()
	queue := "arn:aws:sqs:us-east-1:" + account + ":tf"
	redrive := `{"deadLetterTargetArn":"` + queue + `-dead"}`
	made, err := c.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: topic, Protocol: aws.String("sqs"), Endpoint: &queue, ReturnSubscriptionArn: true,
		Attributes: map[string]string{"FilterPolicy": `{"order":{"state":["paid"]}}`, "FilterPolicyScope": "MessageBody", "RedrivePolicy": redrive},
	})
	if err != nil {
		t.Fatal(err)
	}
	arn := made.SubscriptionArn
	set := func(name, value string) {
		t.Helper()
		if _, err := c.SetSubscriptionAttributes(t.Context(), &sns.SetSubscriptionAttributesInput{SubscriptionArn: arn, AttributeName: &name, AttributeValue: &value}); err != nil {
			t.Fatalf("set %s: %v", name, err)
		}
	}
	read := func(want map[string]string) {
		t.Helper()
		got, err := c.GetSubscriptionAttributes(t.Context(), &sns.GetSubscriptionAttributesInput{SubscriptionArn: arn})
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{
			"SubscriptionArn": *arn, "TopicArn": *topic, "Owner": account, "Protocol": "sqs", "Endpoint": queue, "PendingConfirmation": "false",
			"ConfirmationWasAuthenticated": "true", "SubscriptionPrincipal": "arn:aws:iam::" + account + ":root", "RawMessageDelivery": "false",
		}
		maps.Copy(all, want)
		if diff := gocmp.Diff(all, got.Attributes); diff != "" {
			t.Errorf("subscription (-want +got):\n%s", diff)
		}
	}
	read(map[string]string{"FilterPolicy": `{"order":{"state":["paid"]}}`, "FilterPolicyScope": "MessageBody", "RedrivePolicy": redrive})
	// A narrower scope takes no nested policy: the provider empties it first.
	set("FilterPolicy", "{}")
	set("FilterPolicyScope", "MessageAttributes")
	set("FilterPolicy", `{"state":["paid"]}`)
	set("RawMessageDelivery", "true")
	set("RedrivePolicy", "")
	read(map[string]string{"FilterPolicy": `{"state":["paid"]}`, "FilterPolicyScope": "MessageAttributes", "RawMessageDelivery": "true"})
	if _, err := c.Unsubscribe(t.Context(), &sns.UnsubscribeInput{SubscriptionArn: arn}); err != nil {
		t.Fatal(err)
	}
}

// TestTopicSignatures checks messages as a subscriber does: by AWS's algorithm,
// with the certificate that SigningCertURL leads to.
func TestTopicSignatures(t *testing.T) {
	t.Parallel()
	p, hook := topicsOf(t), newWebhook(t)
	topic, _ := p.topicWith(t, "signed", hook)
	for _, version := range []string{"1", "2"} {
		if _, err := p.sns.SetTopicAttributes(t.Context(), &sns.SetTopicAttributesInput{TopicArn: &topic, AttributeName: aws.String("SignatureVersion"), AttributeValue: &version}); err != nil {
			t.Fatal(err)
		}
		for _, subject := range []*string{nil, aws.String("with a subject")} {
			if _, err := p.sns.Publish(t.Context(), &sns.PublishInput{TopicArn: &topic, Message: aws.String("m\nü"), Subject: subject}); err != nil {
				t.Fatal(err)
			}
			checkSignature(t, hook.next(t, 10*time.Second), version)
		}
	}
}

func checkSignature(t *testing.T, e envelope, version string) {
	t.Helper()
	resp, err := client.Get(e.SigningCertURL)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	block, _ := pem.Decode(text)
	if err != nil || block == nil {
		t.Fatalf("certificate %s: %v", text, err)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	signed := "Message\n" + e.Message + "\nMessageId\n" + e.MessageID + "\n"
	if e.Subject != "" {
		signed += "Subject\n" + e.Subject + "\n"
	}
	signed += "Timestamp\n" + e.Timestamp + "\nTopicArn\n" + e.TopicArn + "\nType\n" + e.Type + "\n"
	signature, err := base64.StdEncoding.DecodeString(e.Signature)
	if err != nil {
		t.Fatal(err)
	}
	key := certificate.PublicKey.(*rsa.PublicKey)
	if version == "2" {
		sum := sha256.Sum256([]byte(signed))
		err = rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature)
	} else {
		sum := sha1.Sum([]byte(signed))
		err = rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], signature)
	}
	if err != nil || e.SignatureVersion != version {
		t.Errorf("version %s of %+v: %v", version, e, err)
	}
}

// TestTopicsWithBoto3 holds what a Python program sees of filters, batches,
// permissions and FIFO topics.
func TestTopicsWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	want := parsed(t, `{
		"successful": ["a", "c"],
		"failed": [["b", "InvalidParameter", "Invalid parameter: Empty message", true]],
		"all": ["one", "three"],
		"only eu": ["one"],
		"permission": ["SNS:Publish", "SNS:Subscribe"],
		"fifo": {"bodies": ["1", "2"], "groups": ["g", "g"], "same": true, "digits": 20, "attributes": ["true", "true", "MessageGroup"]},
		"refusals": {
			"email": ["InvalidParameter", "email delivery is not configured"],
			"group": ["InvalidParameter", "Invalid parameter: The MessageGroupId parameter is required for FIFO topics"],
			"filter": ["InvalidParameter", "Invalid parameter: FilterPolicy: Filter policy can not have more than 5 keys"],
			"batch": ["TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible."],
			"label": ["InvalidParameter", "Invalid parameter: Statement already exists"]
		}
	}`)
	if diff := gocmp.Diff(want, script(t, "python3", "py/topics.py", start(t))); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}

// TestTopicsWithCLI drives a topic with the command line.
func TestTopicsWithCLI(t *testing.T) {
	t.Parallel()
	a := newCLI(t, start(t))
	text := func(line string, more ...string) string {
		t.Helper()
		s, _ := a.seen(t, line, more...).(string)
		return s
	}
	topic := text("sns create-topic --name news --query TopicArn")
	sqs := "--endpoint-url " + a.server + " sqs "
	queue := text(sqs + "create-queue --queue-name q --query QueueUrl")
	sub := text("sns subscribe --protocol sqs --return-subscription-arn --query SubscriptionArn --topic-arn "+topic+" --notification-endpoint arn:aws:sqs:us-east-1:"+account+":q --attributes",
		`{"RawMessageDelivery":"true","FilterPolicy":"{\"kind\":[\"a\"]}"}`)
	got := text("sns publish-batch --query Successful[1].Id --topic-arn "+topic+" --publish-batch-request-entries",
		`[{"Id":"one","Message":"no"},{"Id":"two","Message":"yes","MessageAttributes":{"kind":{"DataType":"String","StringValue":"a"}}}]`)
	if body := text(sqs + "receive-message --query Messages[].Body|[0] --queue-url " + queue); got != "two" || body != "yes" {
		t.Errorf("published %s, received %s", got, body)
	}
	a.seen(t, "sns add-permission --label partner --aws-account-id 111122223333 --action-name Publish --topic-arn "+topic)
	if policy := text("sns get-topic-attributes --query Attributes.Policy --topic-arn " + topic); !strings.Contains(policy, `"arn:aws:iam::111122223333:root"`) {
		t.Errorf("policy %s", policy)
	}
	a.seen(t, "sns remove-permission --label partner --topic-arn "+topic)
	a.seen(t, "sns set-subscription-attributes --attribute-name FilterPolicy --attribute-value {} --subscription-arn "+sub)
	if filter := a.seen(t, "sns get-subscription-attributes --query Attributes.FilterPolicy --subscription-arn "+sub); filter != nil {
		t.Errorf("filter %v", filter)
	}
	fifo := text("sns create-topic --name news.fifo --attributes FifoTopic=true,ContentBasedDeduplication=true --query TopicArn")
	if number := text("sns publish --message m --message-group-id g --query SequenceNumber --topic-arn " + fifo); len(number) != 20 {
		t.Errorf("sequence number %s", number)
	}
}

var link = regexp.MustCompile(`http://127\.0\.0\.1\S+`)

// TestTopicByMail subscribes a mailbox, follows the links that it is sent, and
// reads what is published.
func TestTopicByMail(t *testing.T) {
	t.Parallel()
	relay := mailtest.Start(t, mailtest.Options{})
	cfg := server.DefaultConfig()
	cfg.SMTPHost, cfg.SMTPFrom, cfg.SMTPTLS = relay.Addr, "sky@sky.example", string(mail.Plain)
	p := newPost(serveWith(t, cfg, filepath.Join(t.TempDir(), "data"), time.Now), "us-east-1", awsjson.New10(sqsschemas.AmazonSQS))
	next := func() mailtest.Mail {
		t.Helper()
		select {
		case m := <-relay.Mails:
			return m
		case <-time.After(10 * time.Second):
			t.Fatal("no mail")
			return mailtest.Mail{}
		}
	}
	made, err := p.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("ops")})
	if err != nil {
		t.Fatal(err)
	}
	sub, err := p.sns.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: made.TopicArn, Protocol: aws.String("email"), Endpoint: aws.String("a@b.example")})
	if err != nil || *sub.SubscriptionArn != "pending confirmation" {
		t.Fatalf("subscribed %s, %v", show(sub), err)
	}
	confirm(t, link.FindString(next().Text))
	if _, err := p.sns.Publish(t.Context(), &sns.PublishInput{TopicArn: made.TopicArn, Message: aws.String("the disk is full: ü"), Subject: aws.String("disk")}); err != nil {
		t.Fatal(err)
	}
	got := next()
	if got.Subject != "disk" || !strings.HasPrefix(got.Text, "the disk is full: ü\n") || got.HTML == "" {
		t.Errorf("mail %+v", got)
	}
	confirm(t, link.FindString(got.Text)) // unsubscribes
	next()
	subs, err := p.sns.ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: made.TopicArn})
	if err != nil || len(subs.Subscriptions) > 0 {
		t.Errorf("subscriptions %s, %v", show(subs), err)
	}
}
