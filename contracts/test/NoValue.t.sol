// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Fixture} from "./Fixture.sol";

/// @dev No contract takes, holds or sends value, and none calls out but to read.
contract NoValueTest is Fixture {
    uint8 private constant STATICCALL = 0xfa;

    function setUp() public override {
        super.setUp();
        vm.deal(address(this), 100 ether);
    }

    /// @dev Of every function and of none: the check stands before the selector is looked at, so that the fuzzer need not
    /// meet each one.
    function test_the_first_thing_checked_is_that_no_value_is_sent() public view {
        address[5] memory all = _all();
        for (uint256 i = 0; i < all.length; ++i) {
            // Free memory pointer; CALLVALUE, DUP1, ISZERO, PUSH the way on, JUMPI, else revert.
            bytes memory code = all[i].code;
            uint256 way = uint8(code[8]) == 0x60 ? 10 : 11;
            bytes memory start = abi.encodePacked(code[0], code[2], code[3], code[4], code[5], code[6], code[7]);
            vm.assertEq(keccak256(start), keccak256(hex"60604052348015"), "the check");
            vm.assertEq(uint8(code[way]), 0x57, "and the way past it");
        }
    }

    function testFuzz_no_call_with_value_is_accepted(bytes memory data, uint256 value) public {
        value = _bound(value, 1, 1 ether);
        address[5] memory all = _all();
        for (uint256 i = 0; i < all.length; ++i) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool accepted, ) = all[i].call{value: value}(data);
            vm.assertFalse(accepted, "value");
            vm.assertEq(all[i].balance, 0, "balance");
        }
    }

    function test_a_good_call_with_value_is_refused() public {
        bytes4[5] memory reads = [
            _stewards.defaultAdmin.selector,
            _licenses.licenseCount.selector,
            _anchors.defaultAdmin.selector,
            _resources.LICENSES.selector,
            _grants.LICENSES.selector
        ];
        address[5] memory all = _all();
        for (uint256 i = 0; i < all.length; ++i) {
            bytes memory data = abi.encodePacked(reads[i]);
            // solhint-disable-next-line avoid-low-level-calls
            (bool accepted, ) = all[i].call(data);
            vm.assertTrue(accepted, "without value");
            // solhint-disable-next-line avoid-low-level-calls
            (accepted, ) = all[i].call{value: 1}(data);
            vm.assertFalse(accepted, "with value");
            // solhint-disable-next-line avoid-low-level-calls
            (accepted, ) = all[i].call("");
            vm.assertFalse(accepted, "neither receive nor fallback");
        }
    }

    /// @dev Walks the code as the machine reads it. Without these instructions nothing leaves a contract but answers and
    /// events, and nobody else's code runs in its name.
    function test_the_code_has_no_instruction_that_sends_creates_or_hands_over() public view {
        address[5] memory all = _all();
        for (uint256 i = 0; i < all.length; ++i) {
            bytes memory code = all[i].code;
            uint256 reads = 0;
            for (uint256 at = 0; at < code.length; ++at) {
                uint8 instruction = uint8(code[at]);
                // CREATE, CALL, CALLCODE, DELEGATECALL, CREATE2, SELFDESTRUCT
                bool forbidden =
                    instruction == 0xf0 ||
                        instruction == 0xf1 ||
                        instruction == 0xf2 ||
                        instruction == 0xf4 ||
                        instruction == 0xf5 ||
                        instruction == 0xff;
                vm.assertFalse(forbidden, vm.toString(at));
                reads += instruction == STATICCALL ? 1 : 0;
                if (instruction >= 0x60 && instruction <= 0x7f) {
                    at += instruction - 0x5f;
                }
            }
            vm.assertTrue(reads > 0 || all[i] == address(_stewards), "calls that read were walked past");
        }
    }

    function _all() private view returns (address[5] memory) {
        return [address(_stewards), address(_licenses), address(_anchors), address(_resources), address(_grants)];
    }
}
