package topic

import (
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/targets"
)

// The protocols of subscriptions.
const (
	sqsProtocol       = "sqs"
	lambdaProtocol    = "lambda"
	emailProtocol     = "email"
	emailJSONProtocol = "email-json"
)

// refusedProtocols are those of SNS that need a world outside this house.
var refusedProtocols = []string{"sms", "application", "firehose"}

// managed reports whether the endpoint is of AWS's own kinds, which have a retry
// policy of their own.
func (s *Subscription) managed() bool {
	return s.Protocol == sqsProtocol || s.Protocol == lambdaProtocol
}

// atHome reports whether the endpoint is something of the topic's owner here: it
// confirms itself, and is delivered to by what it is.
func (s *Subscription) atHome() bool { return s.managed() || s.byDestination() }

func (s *Subscription) overHTTP() bool { return s.Protocol == "http" || s.Protocol == "https" }

func byMail(protocol string) bool { return protocol == emailProtocol || protocol == emailJSONProtocol }

func (s *Service) checkEndpoint(n Name, protocol, endpoint string) error {
	switch {
	case slices.Contains(refusedProtocols, protocol):
		return refused("The protocol " + protocol + " is")
	case protocol == sqsProtocol:
		return checkQueue(n, endpoint)
	case protocol != "http" && protocol != "https" && protocol != lambdaProtocol && !byMail(protocol):
		return invalid("Amazon SNS does not support this protocol string: %s", protocol).On("Protocol")
	case n.fifo():
		return invalid("Invalid protocol type: %s", protocol).On("Protocol") // (inferred)
	case protocol == lambdaProtocol:
		return s.checkFunction(n, endpoint)
	case byMail(protocol):
		return s.checkAddress(endpoint)
	case strings.HasPrefix(endpoint, "arn:"):
		return s.checkDestination(n, endpoint)
	case !strings.HasPrefix(strings.ToLower(endpoint), protocol+"://"):
		return invalid("Endpoint must match the specified protocol").On("Endpoint")
	}
	return checkURL(endpoint)
}

// checkURL refuses what can never be called. Where it may lead is asked at each
// call.
func checkURL(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err == nil && u.Port() != "" {
		_, err = strconv.ParseUint(u.Port(), 10, 16)
	}
	if err != nil || u.Hostname() == "" {
		return invalid("Endpoint Reason: it must be a URL with a host").On("Endpoint") // (inferred)
	}
	return nil
}

func checkQueue(n Name, endpoint string) error {
	a, err := arn.Parse(endpoint)
	switch {
	case err != nil || targets.KindOf(endpoint) != targets.Queue:
		return invalid("SQS endpoint ARN").On("Endpoint")
	case strings.HasSuffix(a.Resource, fifoSuffix) && !n.fifo():
		return invalid("Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics").On("Endpoint")
	case a.Account != n.Account:
		// SNS would ask the queue's owner to confirm.
		return refused("A subscription of another account's queue is")
	}
	return nil
}

func (s *Service) checkFunction(n Name, endpoint string) error {
	a, err := arn.Parse(endpoint)
	switch {
	case err != nil || a.Service != lambdaProtocol || !strings.HasPrefix(a.Resource, "function:"):
		return invalid("Lambda endpoint ARN").On("Endpoint") // (inferred)
	case a.Account != n.Account:
		return refused("A subscription of another account's function is")
	case !s.Outbox.Carries(endpoint):
		return refused("The protocol " + lambdaProtocol + " is")
	}
	return nil
}

// checkAddress takes a mail address without a name beside it.
func (s *Service) checkAddress(endpoint string) error {
	if s.Mail == nil {
		return fault.New(fault.InvalidValue, "email delivery is not configured").On("Protocol")
	}
	a, err := mail.ParseAddress(endpoint)
	if err != nil || a.Address != endpoint || a.Name != "" {
		return invalid("Email address").On("Endpoint")
	}
	return nil
}
