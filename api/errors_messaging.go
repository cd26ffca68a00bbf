package api

// messagingErrors are the rows of SNS and SQS, which spell most faults in
// their own way.
var messagingErrors = map[place]spelling{}
