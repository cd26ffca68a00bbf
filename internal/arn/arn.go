// Package arn splits and writes Amazon Resource Names, the form in which
// alarms, topics, queues and everything else that acts is named.
package arn

import (
	"fmt"
	"strings"
)

// ARN is a resource's name: arn:Partition:Service:Region:Account:Resource.
type ARN struct {
	Partition string
	Service   string
	Region    string
	Account   string
	// Resource is the rest, colons and slashes included.
	Resource string
}

// New returns the ARN of a resource in the partition "aws".
func New(service, region, account, resource string) ARN {
	return ARN{Partition: "aws", Service: service, Region: region, Account: account, Resource: resource}
}

// String writes a.
func (a ARN) String() string {
	return strings.Join([]string{"arn", a.Partition, a.Service, a.Region, a.Account, a.Resource}, ":")
}

// Parse splits s. Partition, service and resource must not be empty; region
// and account may be.
func Parse(s string) (ARN, error) {
	p := strings.SplitN(s, ":", 6)
	if len(p) != 6 || p[0] != "arn" || p[1] == "" || p[2] == "" || p[5] == "" {
		return ARN{}, fmt.Errorf("%q is not an ARN", s)
	}
	return ARN{Partition: p[1], Service: p[2], Region: p[3], Account: p[4], Resource: p[5]}, nil
}
