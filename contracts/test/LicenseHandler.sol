// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LicenseRegistry} from "../LicenseRegistry.sol";
import {ILicenseRegistry} from "../interfaces/ILicenseRegistry.sol";
import {Test} from "./Test.sol";

/// @title Defines licenses at random, good and bad ones, and the same ones again
contract LicenseHandler is Test {
    struct Defined {
        bytes32 license;
        bytes32 policyDigest;
        uint64 longestLoanSeconds;
        uint32 seats;
        bool selfService;
    }

    LicenseRegistry public immutable REGISTRY;

    bytes32 public accumulatorSeen;
    Defined[] private _defined;

    /// @notice How often each thing was done, and how often it was refused.
    mapping(string what => uint256 times) public done;
    mapping(string what => uint256 times) public refused;

    constructor(LicenseRegistry registry) {
        REGISTRY = registry;
        accumulatorSeen = registry.accumulator();
    }

    modifier counting() {
        vm.recordLogs();
        _;
        accumulatorSeen = _fold(accumulatorSeen, vm.getRecordedLogs(), address(REGISTRY));
    }

    /// @dev The URI is the number of the license, so that each is new.
    function defineNew(address caller, bytes32 policyDigest, uint32 seats, uint64 loan, bool self) external counting {
        bytes memory refusal;
        if (seats == 0) {
            refusal = abi.encodeWithSelector(ILicenseRegistry.LicenseWithoutSeats.selector);
        } else if (loan == 0) {
            refusal = abi.encodeWithSelector(ILicenseRegistry.LicenseWithoutLoan.selector);
        }
        string memory uri = vm.toString(_defined.length);
        bytes32 id = sha256(abi.encode(sha256(bytes(uri)), policyDigest, seats, loan, self));
        if (refusal.length == 0) {
            ++done["defineNew"];
            _defined.push(
                Defined({
                    license: id,
                    policyDigest: policyDigest,
                    longestLoanSeconds: loan,
                    seats: seats,
                    selfService: self
                })
            );
        } else {
            ++refused["defineNew"];
            vm.expectRevert(refusal);
        }
        vm.prank(caller);
        REGISTRY.defineLicense(uri, policyDigest, seats, loan, self);
    }

    function defineAgain(address caller, uint256 which) external counting {
        if (_defined.length == 0) {
            return;
        }
        which = which % _defined.length;
        Defined memory old = _defined[which];
        ++refused["defineAgain"];
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseAlreadyDefined.selector, old.license));
        vm.prank(caller);
        REGISTRY.defineLicense(
            vm.toString(which),
            old.policyDigest,
            old.seats,
            old.longestLoanSeconds,
            old.selfService
        );
    }

    function all() external view returns (Defined[] memory) {
        return _defined;
    }
}
