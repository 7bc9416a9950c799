// A worker under measurement as a process: worker HOST PORT. Answers each line on its standard input with one.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/entities"
	"github.com/camunda/zeebe/clients/go/v8/pkg/worker"
	"github.com/camunda/zeebe/clients/go/v8/pkg/zbc"
	"golang.org/x/sys/unix"
)

// In microseconds, on the clock that all processes of the machine share.
func now() float64 {
	var at unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &at); err != nil {
		panic(err)
	}
	return float64(at.Nano()) / 1e3
}

type variables struct {
	A float64   `json:"a"`
	B string    `json:"b"`
	C bool      `json:"c"`
	D []float64 `json:"d"`
	E struct {
		F float64 `json:"f"`
	} `json:"e"`
}

var (
	lock      sync.Mutex
	listening bool
	pickups   = []float64{}
)

func pickedUp(made float64) {
	lock.Lock()
	defer lock.Unlock()
	if listening {
		pickups = append(pickups, now()-made)
	}
}

func work(client worker.JobClient, job entities.Job) {
	var input variables
	if err := job.GetVariablesAs(&input); err != nil {
		panic(err)
	}
	pickedUp(input.A)
	if _, err := client.NewCompleteJobCommand().JobKey(job.Key).Send(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

func mark() any {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	var size, resident int64
	if text, err := os.ReadFile("/proc/self/statm"); err == nil {
		fmt.Sscan(string(text), &size, &resident)
	}
	cpu := float64(used.Utime.Nano()+used.Stime.Nano()) / 1e3
	return map[string]any{"cpu": cpu, "rss": resident * int64(os.Getpagesize()), "heap": 0}
}

func answerTo(request string) any {
	lock.Lock()
	defer lock.Unlock()
	switch request {
	case "listen":
		listening, pickups = true, []float64{}
		return nil
	case "pickups":
		return pickups
	default:
		return mark()
	}
}

func main() {
	say := json.NewEncoder(os.Stdout)
	say.Encode(map[string]any{"answer": now()})
	client, err := zbc.NewClient(&zbc.ClientConfig{GatewayAddress: strings.Join(os.Args[1:3], ":"), UsePlaintextConnection: true})
	if err != nil {
		panic(err)
	}
	client.NewJobWorker().JobType("bench").Handler(work).Timeout(5 * time.Minute).MaxJobsActive(256).Concurrency(256).
		StreamEnabled(true).Open()
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var request string
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			panic(err)
		}
		say.Encode(map[string]any{"answer": answerTo(request)})
	}
}
