# The first release of a new app: answers /healthz until the real source is deployed.
require "json"
require "socket"
require "time"

$stdout.sync = true
server = TCPServer.new("0.0.0.0", Integer(ENV.fetch("PORT")))
puts "Placeholder listening"

loop do
  Thread.start(server.accept) do |client|
    path = client.gets.to_s.split[1]
    nil until client.gets.to_s.strip.empty?
    status = path == "/healthz" ? "200 OK" : "404 Not Found"
    body = JSON.generate(path == "/healthz" ? { status: "ok", timestamp: Time.now.utc.iso8601 } : { error: "no release yet" })
    client.print "HTTP/1.1 #{status}\r\nContent-Type: application/json\r\nContent-Length: #{body.bytesize}\r\nConnection: close\r\n\r\n#{body}"
  ensure
    client.close
  end
end
