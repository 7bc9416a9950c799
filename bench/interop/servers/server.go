// The scripted gateway of bench/interop on grpc-go; servers/node.ts says what it does. Prints its port; ends with its standard input.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

type gateway struct {
	pb.UnimplementedGatewayServer
	completed, streams atomic.Int32
}

func padding(length int) string {
	return `{"p":"` + strings.Repeat("x", length) + `"}`
}

func jobOf(key int64, variables string) *pb.ActivatedJob {
	return &pb.ActivatedJob{Key: key, Type: "interop", Retries: 3, Deadline: 1794477978000, CustomHeaders: "{}", Variables: variables}
}

func (g *gateway) Topology(context.Context, *pb.TopologyRequest) (*pb.TopologyResponse, error) {
	return &pb.TopologyResponse{GatewayVersion: "8.8.0", ClusterSize: g.completed.Load(), PartitionsCount: g.streams.Load()}, nil
}

func (g *gateway) CompleteJob(_ context.Context, request *pb.CompleteJobRequest) (*pb.CompleteJobResponse, error) {
	if request.JobKey == 404 {
		return nil, status.Error(codes.NotFound, "no job 404: größer, 100 %")
	}
	g.completed.Add(1)
	return &pb.CompleteJobResponse{}, nil
}

func (g *gateway) ActivateJobs(request *pb.ActivateJobsRequest, stream pb.Gateway_ActivateJobsServer) error {
	var jobs []*pb.ActivatedJob
	switch request.Type {
	case "batch":
		jobs = append(jobs, jobOf(9007199254740993, `{"text":"größer, 100 %"}`), jobOf(9007199254740994, "{}"))
	case "large":
		jobs = append(jobs, jobOf(1, padding(3_000_000)))
	case "silent":
		<-stream.Context().Done()
	}
	for _, job := range jobs {
		if err := stream.Send(&pb.ActivateJobsResponse{Jobs: []*pb.ActivatedJob{job}}); err != nil {
			return err
		}
	}
	return nil
}

func (g *gateway) StreamActivatedJobs(_ *pb.StreamActivatedJobsRequest, stream pb.Gateway_StreamActivatedJobsServer) error {
	g.streams.Add(1)
	defer g.streams.Add(-1)
	for key := int64(1); key <= 1000; key++ {
		if err := stream.Send(jobOf(key, padding(10_000))); err != nil {
			return err
		}
	}
	<-stream.Context().Done()
	return stream.Context().Err()
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server := grpc.NewServer()
	pb.RegisterGatewayServer(server, &gateway{})
	go server.Serve(listener)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	io.Copy(io.Discard, os.Stdin)
	server.Stop()
}
