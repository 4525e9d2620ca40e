import ipaddress

network = ipaddress.ip_network("192.0.2.0/28")
print(network.num_addresses, list(network.hosts())[:2], network.supernet(), ipaddress.ip_address("::ffff:1.2.3.4").ipv4_mapped)
print([str(n) for n in network.subnets(new_prefix=30)], ipaddress.ip_address("10.1.2.3").is_private)
ipaddress.ip_network("192.0.2.1/28")
