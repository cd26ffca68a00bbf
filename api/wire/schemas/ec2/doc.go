// Package ec2 holds the shapes and schemas of the two operations of EC2 that
// dashboards ask for at their start: DescribeRegions and DescribeInstances.
//
// They are written by hand, unlike those of the other folders: the SDK's module
// of EC2 is larger than the rest of the program, and an answer of DescribeInstances
// has hundreds of shapes for instances that are not here. Input structs hold every
// member of the model; of the answers there is what is answered.
package ec2
