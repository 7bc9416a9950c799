// Drives the engine with Camunda's client for Go: client HOST:PORT FILE. Exits with 1 and says what failed.
package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/entities"
	"github.com/camunda/zeebe/clients/go/v8/pkg/worker"
	"github.com/camunda/zeebe/clients/go/v8/pkg/zbc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const instances = 50

func check(what string, err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, what+":", err)
		os.Exit(1)
	}
}

func refused(what string, code codes.Code, err error) {
	if status.Code(err) != code {
		fmt.Fprintln(os.Stderr, what+": expected", code, "got", err)
		os.Exit(1)
	}
}

// Creates instances and waits for a worker to complete the job of each.
func work(ctx context.Context, client zbc.Client, stream bool) {
	var lock sync.Mutex
	seen := map[int64]bool{}
	done := make(chan bool)
	handle := func(jobs worker.JobClient, job entities.Job) {
		command, err := jobs.NewCompleteJobCommand().JobKey(job.Key).VariablesFromMap(map[string]any{"served": true})
		check("the variables of a completion", err)
		_, err = command.Send(ctx)
		check("complete", err)
		lock.Lock()
		defer lock.Unlock()
		seen[job.Key] = true
		if len(seen) == instances {
			close(done)
		}
	}
	opened := client.NewJobWorker().JobType("interop").Handler(handle).PollInterval(20 * time.Millisecond).
		StreamEnabled(stream).Open()
	defer opened.Close()
	for n := 0; n < instances; n++ {
		command, err := client.NewCreateInstanceCommand().BPMNProcessId("interop").LatestVersion().
			VariablesFromMap(map[string]any{"n": n, "text": "größer"})
		check("the variables of an instance", err)
		_, err = command.Send(ctx)
		check("create", err)
	}
	select {
	case <-done:
	case <-ctx.Done():
		check(fmt.Sprintf("jobs of a worker, stream %v", stream), ctx.Err())
	}
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client, err := zbc.NewClient(&zbc.ClientConfig{GatewayAddress: os.Args[1], UsePlaintextConnection: true})
	check("connect", err)
	topology, err := client.NewTopologyCommand().Send(ctx)
	check("topology", err)
	if len(topology.Brokers) == 0 {
		check("topology", fmt.Errorf("no brokers"))
	}
	_, err = client.NewDeployResourceCommand().AddResourceFile(os.Args[2]).Send(ctx)
	check("deploy", err)
	_, err = client.NewDeployResourceCommand().AddResource([]byte("<nonsense"), "broken.bpmn").Send(ctx)
	refused("deploy nonsense", codes.InvalidArgument, err)
	_, err = client.NewCreateInstanceCommand().BPMNProcessId("missing").LatestVersion().Send(ctx)
	refused("create a missing process", codes.NotFound, err)
	work(ctx, client, false)
	work(ctx, client, true)
	_, err = client.NewPublishMessageCommand().MessageName("paid").CorrelationKey("a").TimeToLive(time.Minute).MessageId("1").Send(ctx)
	check("publish", err)
	_, err = client.NewPublishMessageCommand().MessageName("paid").CorrelationKey("a").TimeToLive(time.Minute).MessageId("1").Send(ctx)
	refused("publish twice", codes.AlreadyExists, err)
	check("close", client.Close())
}
